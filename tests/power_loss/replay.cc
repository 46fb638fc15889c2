#include "tests/power_loss/replay.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <map>

namespace pbt::power_loss {
namespace {

/// Tells states apart; 2^-64 of a doubt is accepted.
std::size_t hash_of(const Contents& contents) {
  std::size_t hash = contents.size();
  const auto mix = [&](std::size_t value) { hash = (hash ^ value) * 0x9e3779b97f4a7c15ULL + (hash >> 29); };
  for (const auto& [path, bytes] : contents) {
    mix(std::hash<std::string>{}(path));
    mix(bytes ? std::hash<std::string>{}(*bytes) : 1);
  }
  return hash;
}

bool is_flush(const Operation& operation) {
  return operation.kind == Operation::sync || operation.kind == Operation::sync_all;
}

struct Seen {
  std::int64_t entries = 0;
  int anew = 0;
};

class Replay {
 public:
  Replay(const Setting& setting, const Recorded& recorded, const ReplayOptions& options)
      : setting_(setting),
        recorded_(recorded),
        options_(options),
        disk_(recorded.trace.before),
        promised_(options.promised),
        collected_(options.collected) {}

  Findings run() {
    const std::vector<Operation>& operations = recorded_.trace.operations;
    found_.operations = operations.size();
    found_.flushes = static_cast<std::size_t>(std::ranges::count_if(operations, is_flush));
    for (std::size_t cut = 0; cut <= operations.size(); ++cut) {
      if (is_wanted(cut)) cut_at(cut);
      if (cut == operations.size() || found_.violations.size() >= options_.stop_after) break;
      if (operations[cut].kind == Operation::promise) {
        promised_ = std::max(promised_, operations[cut].at);
        collected_ = collected_ || operations[cut].at > 0;
      }
      disk_.apply(operations[cut]);
    }
    found_.distinct = seen_.size();
    return found_;
  }

 private:
  bool is_wanted(std::size_t cut) const {
    if (options_.only_cut) return cut == *options_.only_cut;
    const std::vector<Operation>& operations = recorded_.trace.operations;
    return options_.every_moment || cut == operations.size() || is_flush(operations[cut]);
  }

  void cut_at(std::size_t cut) {
    ++found_.cuts;
    if (options_.progress && found_.cuts % 25 == 0)
      fmt::print(stderr, "cut {} of {}, {} distinct disks, {} violations\n", cut, recorded_.trace.operations.size(),
                 seen_.size(), found_.violations.size());
    for_each_choice(disk_.atoms(), options_.plan, cut, [&](const std::string& name, const Choice& choice, Fill fill) {
      if (found_.violations.size() >= options_.stop_after) return;
      if (!options_.only_choice.empty() && options_.only_choice != name) return;
      ++found_.states;
      const Contents contents = disk_.state(choice, fill);
      const auto [seen, is_new] = seen_.try_emplace(hash_of(contents));
      if (is_new) seen->second = examine(contents, cut, name);
      compare(seen->second, cut, name);
    });
  }

  /// What was promised by now with what such a disk holds.
  void compare(const Seen& seen, std::size_t cut, const std::string& name) {
    if (seen.entries < promised_)
      say(cut, name, fmt::format("{} entries of the record were promised, {} are there", promised_, seen.entries));
    if (collected_ && seen.anew > 0)
      say(cut, name,
          fmt::format("members that had trained began anew {} times, after bytes had been collected", seen.anew));
  }

  Seen examine(const Contents& contents, std::size_t cut, const std::string& name) {
    write_contents(contents, setting_.root);
    // SQLite's shared memory may be there with anything in it, or not at all.
    if (seen_.size() % 2 == 1 && std::filesystem::exists(setting_.database()))
      std::ofstream(setting_.database().string() + "-shm") << std::string(32'768, static_cast<char>(Fill::garbage));
    const Verdict verdict = examine_after_cut(setting_, recorded_.log);
    found_.with_lost_checkpoints += verdict.lost > 0;
    if (!verdict.broken.empty()) say(cut, name, fmt::format("{}", fmt::join(verdict.broken, "; ")));
    if (options_.again_every > 0 && seen_.size() % static_cast<std::size_t>(options_.again_every) == 0)
      cut_again(contents, verdict.entries, cut, name);
    return {verdict.entries, verdict.anew};
  }

  /// The power fails once more while what it left is being recovered from.
  void cut_again(const Contents& contents, std::int64_t entries, std::size_t cut, const std::string& name) {
    Recorded recovery = record(setting_, contents, [](const Setting& setting) { go_on(setting, setting.turns); });
    ReplayOptions options = options_;
    options.promised = entries;  // what the first cut left is on the disk for good
    options.collected = collected_;
    options.again_every = 0;
    options.progress = false;
    options.every_moment = false;
    options.only_cut.reset();
    options.only_choice.clear();
    options.plan.window = std::min(options.plan.window, 4);
    options.plan.random = 1;
    options.plan.exhaustive_up_to = std::min(options.plan.exhaustive_up_to, 4);
    Findings again = replay(setting_, recovery, options);
    for (const std::string& violation : again.violations)
      say(cut, name, "and a second cut while it was recovered from: " + violation);
    found_.second_cuts += again.cuts;
    found_.second_states += again.distinct;
  }

  void say(std::size_t cut, const std::string& name, const std::string& what) {
    const std::vector<Operation>& operations = recorded_.trace.operations;
    const std::string last = cut == 0 ? "nothing" : to_string(operations[cut - 1]);
    found_.violations.push_back(fmt::format("--cut {} --choice \"{}\" (after: {}): {}", cut, name, last, what));
  }

  const Setting& setting_;
  const Recorded& recorded_;
  const ReplayOptions& options_;
  Disk disk_;
  std::int64_t promised_;
  bool collected_;
  std::map<std::size_t, Seen> seen_;  ///< by hash
  Findings found_;
};

}  // namespace

void Findings::add(const Findings& again) {
  operations += again.operations;
  flushes += again.flushes;
  cuts += again.cuts;
  states += again.states;
  distinct += again.distinct;
  second_cuts += again.second_cuts;
  second_states += again.second_states;
  with_lost_checkpoints += again.with_lost_checkpoints;
  violations.insert(violations.end(), again.violations.begin(), again.violations.end());
}

Findings replay(const Setting& setting, const Recorded& recorded, const ReplayOptions& options) {
  return Replay(setting, recorded, options).run();
}

}  // namespace pbt::power_loss
