#include "view/doctor.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "pbt/error.h"
#include "view/doctor_decision.h"
#include "view/doctor_fold.h"
#include "view/lineage.h"

namespace pbt {
namespace {

constexpr std::size_t kViolationsMost = 100;
/// What has to be known before the log is folded.
struct Index {
  std::vector<std::pair<std::int64_t, std::int64_t>> decisions;  ///< snapshot and sequence, sorted
  std::set<std::int64_t> broken;                                 ///< sequences of the failures that passed the limit
};

template <typename Read, typename Visit>
void for_each(const Read& read, const Visit& visit) {
  for (std::int64_t after = 0;;) {
    const auto page = read(after);
    if (page.empty()) return;
    for (const auto& entry : page) visit(entry);
    after = page.back().sequence;
  }
}

/// A failure passed the limit when the next thing decided about its member is what replaces it.
Index index_of(const RunReader& reader, const Population& cache) {
  Index index;
  std::map<int, std::map<std::int64_t, TurnKey>> failures;  // by member; there are few
  for_each([&](std::int64_t after) { return reader.failures(after, entries_a_page); },
           [&](const Failure& failure) { failures[failure.turn.member][failure.sequence] = failure.turn; });
  std::map<int, std::int64_t> decided;  // the sequence of each member's decision before
  for_each([&](std::int64_t after) { return reader.decisions(after, entries_a_page); },
           [&](const Decision& decision) {
             if (decision.snapshot < decision.sequence)
               index.decisions.emplace_back(decision.snapshot, decision.sequence);
             const std::int64_t before = std::exchange(decided[decision.member], decision.sequence);
             if (decision.revision == 0 || is_by_hand(decision)) return;
             const auto& own = failures[decision.member];
             const auto last = own.lower_bound(decision.sequence);
             if (last == own.begin()) return;
             const auto& [sequence, turn] = *std::prev(last);
             if (sequence > before && turn.index == decision.turn + 1) index.broken.insert(sequence);
           });
  for (const Member& member : cache.members)
    if (const auto& own = failures[member.id]; member.broken && !own.empty()) index.broken.insert(own.rbegin()->first);
  std::sort(index.decisions.begin(), index.decisions.end());
  return index;
}

/// The checkpoints that must stand for this population.
std::map<std::string, std::string> needed(const Population& population) {
  std::map<std::string, std::string> names;
  if (population.best) names[population.best->checkpoint.name] = "the best so far";
  for (const Member& member : population.members) {
    const std::string who = "member " + std::to_string(member.id);
    if (member.standing) names[member.standing->checkpoint.name] = "what " + who + " stands at";
    if (member.next && member.next->imported) names[member.next->imported->name] = "what " + who + " starts from";
    if (member.last && ((member.state == MemberState::undecided && !member.broken) || member.last->partial))
      names[member.last->checkpoint.name] = "the last turn of " + who;
  }
  return names;
}

std::set<std::string> names_standing(const RunReader& reader) {
  std::set<std::string> names;
  for (const Checkpoint& checkpoint : reader.checkpoints()) names.insert(checkpoint.name);
  return names;
}

class Doctor {
 public:
  Doctor(const RunReader& reader, CheckpointStorage& storage, const Experiment& experiment, const Algorithm& algorithm)
      : reader_(reader), storage_(storage), experiment_(experiment), algorithm_(algorithm) {}

  Examination examine() {
    const std::map<std::string, std::string> needed_before = needed(reader_.population());
    const std::vector<Checkpoint> standing = reader_.checkpoints();
    const Population cache = reader_.population();
    check_needed(needed_before, standing, needed(cache));
    check_log(cache);
    check_bytes(standing);
    if (left_out_ > 0) found_.violations.push_back(fmt::format("... and {} more", left_out_));
    return std::move(found_);
  }

 private:
  void say(std::string violation) {
    if (found_.violations.size() < kViolationsMost)
      found_.violations.push_back(std::move(violation));
    else
      ++left_out_;
  }

  /// Needed before and after the look at what stands, so needed at that moment too: what was removed never comes back.
  void check_needed(const std::map<std::string, std::string>& before, const std::vector<Checkpoint>& standing,
                    const std::map<std::string, std::string>& after) {
    std::set<std::string> names;
    for (const Checkpoint& checkpoint : standing) names.insert(checkpoint.name);
    for (const auto& [name, why] : after)
      if (before.contains(name) && !name.empty() && !names.contains(name))
        say(fmt::format("checkpoint {} is needed ({}), but the record says that it was removed", name, why));
  }

  /// Rolls one population forward; each decision is computed again when the population is what its snapshot saw.
  void check_log(const Population& cache) {
    const Index index = index_of(reader_, cache);
    CheckedFold fold(reader_, static_cast<int>(cache.members.size()), algorithm_.history_turns(),
                     [this](std::string violation) { say(std::move(violation)); });
    RecordLog log(reader_, cache.sequence);
    auto decision = index.decisions.begin();
    for (;;) {
      for (; decision != index.decisions.end() && decision->first <= fold.population().sequence; ++decision)
        if (decision->second <= cache.sequence) check_decision(log, fold.population(), decision->second);
      const Entry* entry = log.front();
      if (entry == nullptr) break;
      found_.turns += std::holds_alternative<TurnPointer>(*entry);
      found_.decisions += std::holds_alternative<DecisionPointer>(*entry);
      found_.failures += std::holds_alternative<Failure>(*entry);
      fold.take(*entry, index.broken.contains(sequence_of(*entry)));
      log.pop();
    }
    fold.compare(cache);
    for (const Member& member : fold.population().members)
      if (member.state == MemberState::undecided && !experiment_.synchronous)
        say(fmt::format("member {} stands undecided after turn {}, in a run that is not synchronous", member.id,
                        member.turns));
  }

  void check_decision(RecordLog& log, Population& population, std::int64_t sequence) {
    const Entry* entry = log.find(sequence);
    const auto* found = entry == nullptr ? nullptr : std::get_if<DecisionPointer>(entry);
    if (found == nullptr) return;  // the fold says what is wrong with the sequence
    const Decision& recorded = **found;
    if (recorded.member < 0 || recorded.member >= static_cast<int>(population.members.size())) return;
    const TurnPointer turn = log.find_turn({recorded.member, recorded.turn}, sequence);
    const Entry* before = log.find(sequence - 1);
    const Failure* failure = before == nullptr ? nullptr : std::get_if<Failure>(before);
    const Recomputed again = decide_again(experiment_, algorithm_, population, recorded, turn, failure);
    switch (again.kind) {
      case Recomputed::under_another_budget:
        ++found_.under_another_budget;
        [[fallthrough]];
      case Recomputed::same:
        ++found_.recomputed;
        break;
      case Recomputed::by_hand:
        ++found_.by_hand;
        break;
      case Recomputed::resumed:
        ++found_.resumed;
        break;
      case Recomputed::different:
        say(fmt::format("decision {}: {}", name_of(recorded), again.difference));
        break;
    }
  }

  void check_bytes(const std::vector<Checkpoint>& standing) {
    for (const Checkpoint& checkpoint : standing) {
      try {
        (void)storage_.open(checkpoint);
        ++found_.checkpoints;
      } catch (const StorageError& error) {
        // One that was collected since is no loss.
        if (names_standing(reader_).contains(checkpoint.name)) say(error.what());
      }
    }
  }

  const RunReader& reader_;
  CheckpointStorage& storage_;
  const Experiment& experiment_;
  const Algorithm& algorithm_;
  Examination found_;
  std::int64_t left_out_ = 0;
};

}  // namespace

Examination examine(const RunReader& reader, CheckpointStorage& storage, const Experiment& experiment,
                    const Algorithm& algorithm) {
  return Doctor(reader, storage, experiment, algorithm).examine();
}

}  // namespace pbt
