#include "tests/power_loss/promise.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <set>

#include "checkpoint/directory_storage.h"
#include "pbt/error.h"
#include "store/sqlite_store.h"
#include "tests/support/fake_clock.h"
#include "view/doctor.h"

namespace pbt::power_loss {
namespace {

namespace fs = std::filesystem;

std::string integrity(const fs::path& database) {
  sqlite3* handle = nullptr;
  std::string answer;
  if (sqlite3_open_v2(database.c_str(), &handle, SQLITE_OPEN_READWRITE, nullptr) == SQLITE_OK) {
    const auto keep = [](void* into, int, char** values, char**) {
      *static_cast<std::string*>(into) += values[0];
      return 0;
    };
    char* error = nullptr;
    if (sqlite3_exec(handle, "PRAGMA integrity_check", keep, &answer, &error) != SQLITE_OK && error != nullptr)
      answer += error;
    sqlite3_free(error);
  }
  sqlite3_close(handle);
  return answer;
}

class Inspection {
 public:
  Inspection(const Setting& setting, const std::vector<std::string>& log)
      : setting_(setting),
        experiment_(setting.experiment(setting.turns)),
        algorithm_(make_algorithm(experiment_, builtin_strategies())),
        log_(log) {}

  Verdict run() {
    try {
      if (has_experiment()) look("after the cut", /*must_be_prefix=*/true);
      go_on(setting_, setting_.turns);
      look("at the end", /*must_be_prefix=*/false);
      look_at_members();
      collect_all(setting_);
      look("after the collection", /*must_be_prefix=*/false);
      look_for_leftovers();
    } catch (const std::exception& error) {
      say("going on failed: {}", error.what());
    }
    return verdict_;
  }

 private:
  template <typename... Values>
  void say(fmt::format_string<Values...> format, Values&&... values) {
    verdict_.broken.push_back(fmt::format(format, std::forward<Values>(values)...));
  }

  bool has_experiment() const { return fs::exists(setting_.database()) && !experiments(setting_.database()).empty(); }

  void look(const std::string& when, bool must_be_prefix) {
    const auto reader = open_sqlite_reader(setting_.database(), experiment_.name);
    if (const std::string answer = integrity(setting_.database()); answer != "ok")
      say("{}, SQLite's integrity check says {}", when, answer);
    if (must_be_prefix) {
      const std::vector<std::string> log = log_of(*reader, experiment_);
      verdict_.entries = static_cast<std::int64_t>(log.size());
      if (log.size() > log_.size() || !std::equal(log.begin(), log.end(), log_.begin()))
        say("{}, the record holds what was never recorded", when);
    }
    SystemFiles files;
    const auto storage = make_directory_storage(setting_.checkpoints(), setting_.durability, files);
    for (const std::string& violation : examine(*reader, *storage, experiment_, *algorithm_).violations) {
      const bool lost =
          violation.starts_with("checkpoint ") &&
          (violation.ends_with(" is gone") || violation.ends_with(" holds other bytes than were recorded"));
      if (lost) ++verdict_.lost;
      if (!lost || setting_.durability == Durability::power) say("{}, the doctor says: {}", when, violation);
    }
  }

  void look_at_members() {
    const auto reader = open_sqlite_reader(setting_.database(), experiment_.name);
    if (reader->status().state != RunState::done) say("the experiment is {}", to_string(reader->status().state));
    if (!reader->failures(0, 1).empty()) say("a trainer failed: {}", reader->failures(0, 1).front().what.message);
    for (const Member& member : reader->population().members)
      if (member.steps_done < experiment_.budget.steps)
        say("member {} stopped at {} steps", member.id, member.steps_done);
    for (const Decision& decision : reader->decisions(std::max<std::int64_t>(0, verdict_.entries), 1'000)) {
      if (decision.kind != DecisionKind::start) continue;
      verdict_.anew += decision.turn > 0;
      if (decision.member == 0 && !decision.imported && !setting_.pretrained.empty())
        say("member 0 began with fresh weights, not with those that it was given: {}", decision.reason);
    }
  }

  /// Bytes that were moved in a way that left the old name too go with the checkpoint.
  void look_for_leftovers() {
    SystemFiles files;
    std::set<std::string> standing;
    for (const Checkpoint& checkpoint : open_sqlite_reader(setting_.database(), experiment_.name)->checkpoints())
      standing.insert(checkpoint.name);
    for (const fs::path& folder : {setting_.checkpoints(), setting_.checkpoints() / "staging"})
      for (const std::string& name : files.list(folder))
        if (name != "staging" && !standing.contains(name)) say("{} is left over", (folder / name).string());
  }

  const Setting& setting_;
  Experiment experiment_;
  std::unique_ptr<Algorithm> algorithm_;
  const std::vector<std::string>& log_;
  Verdict verdict_;
};

}  // namespace

Verdict examine_after_cut(const Setting& setting, const std::vector<std::string>& log) {
  return Inspection(setting, log).run();
}

}  // namespace pbt::power_loss
