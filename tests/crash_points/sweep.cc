#include "tests/crash_points/sweep.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <set>

#include "pbt/random.h"
#include "tests/crash_points/check.h"
#include "tests/crash_points/child.h"
#include "tests/crash_points/fingerprint.h"

namespace crash_points {
namespace {

namespace fs = std::filesystem;

void replace(const fs::path& to, const fs::path& from) {
  fs::remove_all(to);
  fs::copy(from, to, fs::copy_options::recursive);
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += "\n  " + line;
  return text;
}

class Sweep {
 public:
  Sweep(const Scenario& scenario, const SweepOptions& options)
      : scenario_(scenario), options_(options), tally_(shared_tally()), random_{options.seed} {
    result_.scenario = scenario.name;
    result_.durability = scenario.experiment.checkpoints.durability;
    result_.fault = options.fault;
  }

  SweepResult run() {
    const auto began = std::chrono::steady_clock::now();
    fs::remove_all(work());
    fs::create_directories(work());
    must_end(quietly([this] { step(scenario_.set_up, Flaw::none); }), "setting up");
    replace(base(), work());
    const auto enough = [this] { return static_cast<long>(result_.violations.size()) >= options_.violations_most; };
    for (long n = 1 + random_.integer(0, options_.every - 1); !strike(n) && !enough();) n += options_.every;
    fs::remove_all(work());
    fs::remove_all(base());
    fs::remove_all(crashed());
    result_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    return std::move(result_);
  }

 private:
  /// Every Site lies here: its path is in the record.
  [[nodiscard]] fs::path work() const { return options_.folder / "work"; }
  [[nodiscard]] fs::path base() const { return options_.folder / "base"; }
  [[nodiscard]] fs::path crashed() const { return options_.folder / "crashed"; }

  void step(const std::function<void(Site&)>& what, Flaw flaw) {
    Site site(work(), scenario_.experiment, flaw);
    what(site);
  }

  Ending quietly(const std::function<void()>& what) {
    return in_child({}, tally_, [&] { return what(), ""; });
  }

  /// Meets `what` with the fault at call `at`; 0: only counts.
  Ending meet(const std::function<void(Site&)>& what, Fault fault, long at) {
    Orders orders{.at = at, .fault = fault, .locks = options_.locks};
    std::snprintf(orders.folder, sizeof orders.folder, "%s", (work() / scenario_.experiment.name).c_str());
    return in_child(orders, tally_, [&] { return step(what, options_.flaw), ""; });
  }

  void must_end(const Ending& ending, const std::string& when) {
    if (ending.how != Ending::done) say(when + ": " + ending.text);
  }

  void say(const std::string& violation) {
    result_.violations.push_back(
        fmt::format("{}, {}, {}: {}", scenario_.name, name_of(result_.durability), where_, violation));
  }

  /// The n-th call of the scenario. True: it got through before that.
  bool strike(long n) {
    where_ = "no fault";
    replace(work(), base());
    const Ending ending = meet(scenario_.act, options_.fault, n);
    const bool through = tally_.calls < n;
    if (through) result_.points = tally_.calls;
    if (!through && tally_.struck == 0) return false;  // a full disk does not matter to this call
    if (!through) {
      ++result_.strikes;
      where_ = fmt::format("{} at {}", name_of(options_.fault), tally_.where);
    }
    result_.refused += ending.how == Ending::refused ? 1 : 0;
    if (tally_.calls == 0) say("no call was counted");
    if (ending.how == Ending::broken || (through && ending.how != Ending::done)) say("ended by " + ending.text);
    if (is_known(crashes_)) return through;
    replace(crashed(), work());
    look([this](Site& site) { return check_record_of(site); }, "right after", Flaw::none);
    replace(work(), crashed());
    must_end(meet(scenario_.recover, Fault::none, 0), "recovery");
    const long calls = tally_.calls;
    finish("the end");
    const std::string struck_at = where_;
    for (const long m : chosen(calls)) {
      replace(work(), crashed());
      (void)meet(scenario_.recover, Fault::kill, m);
      ++result_.recovery_kills;
      if (is_known(crashed_recoveries_)) continue;
      where_ = fmt::format("{}, recovery killed at {}", struck_at, tally_.where);
      must_end(meet(scenario_.recover, Fault::none, 0), "second recovery");
      finish("the end");
    }
    return through;
  }

  /// What comes of equal disks is equal: nothing else enters into it.
  bool is_known(std::set<std::size_t>& disks) {
    const bool is_new = disks.insert(fingerprint(work())).second;
    result_.disks += is_new ? 1 : 0;
    return !is_new;
  }

  void finish(const std::string& when) {
    const Flaw flaw = options_.flaw == Flaw::orphans_left ? options_.flaw : Flaw::none;
    look([this](Site& site) { return finish_and_check_of(site); }, when, flaw);
  }

  void look(const std::function<std::vector<std::string>(Site&)>& check, const std::string& when, Flaw flaw) {
    const Ending ending = in_child({}, tally_, [&] {
      Site site(work(), scenario_.experiment, flaw);
      return joined(check(site));
    });
    if (ending.how != Ending::done || !ending.text.empty()) say(when + ": " + ending.text);
  }

  std::vector<std::string> check_record_of(Site& site) const {
    std::vector<std::string> found;
    if (scenario_.name == "migration")
      found = check_migration(site, read_journal(site.journal_file()).acknowledged.contains("migration"));
    return found.empty() ? check_record(site) : found;
  }

  std::vector<std::string> finish_and_check_of(Site& site) const {
    std::vector<std::string> found;
    if (scenario_.name == "migration") found = check_migration(site, true);
    return found.empty() ? finish_and_check(site) : found;
  }

  /// Which calls of a recovery that makes so many are killed.
  std::vector<long> chosen(long calls) {
    std::set<long> some;
    const long count = options_.recovery_kills < 0 ? calls : std::min<long>(options_.recovery_kills, calls);
    if (count == calls)
      for (long m = 1; m <= calls; ++m) some.insert(m);
    while (static_cast<long>(some.size()) < count) some.insert(1 + random_.integer(0, calls - 1));
    return {some.begin(), some.end()};
  }

  const Scenario& scenario_;
  const SweepOptions& options_;
  Tally& tally_;
  pbt::Random random_;
  SweepResult result_;
  std::set<std::size_t> crashes_, crashed_recoveries_;  ///< fingerprints of the disks met
  std::string where_ = "no fault";
};

}  // namespace

SweepResult sweep(const Scenario& scenario, const SweepOptions& options) { return Sweep(scenario, options).run(); }

std::string name_of(Fault fault) {
  switch (fault) {
    case Fault::none:
      return "none";
    case Fault::kill:
      return "kill";
    case Fault::tear:
      return "tear";
    case Fault::no_space:
      return "no_space";
    case Fault::no_space_ever:
      return "no_space_ever";
    case Fault::io_error:
      return "io_error";
  }
  return "?";
}

std::string name_of(pbt::Durability durability) { return durability == pbt::Durability::power ? "power" : "process"; }

}  // namespace crash_points
