#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "pbt/error.h"
#include "pbt/population.h"
#include "store/rules.h"

namespace pbt {

/// The entries of a log with sequence > `after`, at most `limit`.
template <class Log, class Sequence>
auto after_sequence(const Log& log, std::int64_t after, int limit, Sequence sequence) {
  const auto first = std::upper_bound(log.begin(), log.end(), after,
                                      [&](std::int64_t value, const auto& entry) { return value < sequence(entry); });
  const auto count = std::min<std::ptrdiff_t>(std::max(limit, 0), log.end() - first);
  return std::pair(first, first + count);
}

/// The rows of one record, under its owner's lock: what the rules ask for, and what readers do.
class MemoryTables {
 public:
  MemoryTables(RunStatus status, int size)
      : status_(std::move(status)), members_(unborn_population(size).members), turns_(static_cast<std::size_t>(size)) {}

  // What the rules ask for.
  RunState state() const { return status_.state; }
  void put(const SetState& state) {
    status_.state = state.state;
    status_.reason = state.reason;
  }
  void put(const SetSpecification& specification) { status_.specification = specification.text; }
  const rules::Progress& progress() const { return progress_; }
  void put(const rules::Progress& progress) { progress_ = progress; }

  const Member& member(int id) const {
    if (id < 0 || id >= static_cast<int>(members_.size()))
      throw StoreError(fmt::format("there is no member {}: the population has {}", id, members_.size()));
    return members_[static_cast<std::size_t>(id)];
  }
  void put(const Member& member) { members_[static_cast<std::size_t>(member.id)] = member; }
  void put_lease(const Member& member) { put(member); }

  std::vector<rules::Candidate> candidates(const LeaseRequest& request, std::int64_t now_ms) const {
    std::vector<rules::Candidate> candidates;
    for (const Member& member : members_) {
      if (member.state != MemberState::unborn && member.state != MemberState::ready) continue;
      if (now_ms < member.not_before_ms || (!member.worker.empty() && now_ms < member.lease_until_ms)) continue;
      candidates.push_back({member.id, member.state == MemberState::unborn,
                            rules::progress_of(member.steps_done, member.setbacks, request),
                            member.next ? member.next->weights : std::nullopt});
    }
    return candidates;
  }

  TurnPointer turn(TurnKey key) const {
    if (key.member < 0 || key.member >= static_cast<int>(turns_.size())) return nullptr;
    const auto& own = turns_[static_cast<std::size_t>(key.member)];
    if (key.index < 1 || key.index > static_cast<int>(own.size())) return nullptr;
    return own[static_cast<std::size_t>(key.index) - 1];
  }
  void append(const TurnPointer& turn) {
    turns_[static_cast<std::size_t>(turn->key.member)].push_back(turn);
    turn_log_.push_back(turn);
  }

  std::optional<std::int64_t> decision_fence(int member, int turn, int revision) const {
    const auto found = decision_fences_.find({member, turn, revision});
    return found == decision_fences_.end() ? std::nullopt : std::optional(found->second);
  }
  void append(const DecisionPointer& decision, std::int64_t fence) {
    decision_fences_[{decision->member, decision->turn, decision->revision}] = fence;
    decision_log_.push_back(decision);
  }

  bool has_failure(TurnKey turn, std::int64_t fence) const { return failure_keys_.contains({turn, fence}); }
  void append(const Failure& failure, bool) {
    failure_keys_.insert({failure.turn, failure.fence});
    failure_log_.push_back(failure);
  }

  std::vector<rules::Interval> take_training(rules::Interval interval) {
    std::vector<rules::Interval> taken;
    for (auto at = training_.lower_bound(interval.from_ms); at != training_.end() && at->second <= interval.to_ms;) {
      taken.push_back({at->second, at->first});
      at = training_.erase(at);
    }
    return taken;
  }
  void put_training(rules::Interval interval) { training_[interval.to_ms] = interval.from_ms; }

  std::optional<rules::CheckpointRow> checkpoint(const std::string& name) const {
    const auto found = checkpoints_.find(name);
    return found == checkpoints_.end() ? std::nullopt : std::optional(found->second);
  }
  void put(const rules::CheckpointRow& row) {
    const std::string& name = row.checkpoint.name;
    checkpoints_[name] = row;
    if (!row.turn) imports_.insert(name);
    if (row.turn && !row.removed) standing_[*row.turn] = name;
    if (row.turn && row.removed) standing_.erase(*row.turn);
  }
  std::vector<rules::CheckpointRow> removable(int member, int up_to_index) const {
    std::vector<rules::CheckpointRow> found;
    for (auto at = standing_.lower_bound({member, 0});
         at != standing_.end() && at->first <= TurnKey{member, up_to_index}; ++at)
      if (const rules::CheckpointRow& row = checkpoints_.at(at->second); !row.pinned) found.push_back(row);
    return found;
  }
  std::vector<rules::CheckpointRow> removable_imports() const {
    std::vector<rules::CheckpointRow> found;
    for (const std::string& name : imports_)
      if (const rules::CheckpointRow& row = checkpoints_.at(name); row.named && !row.pinned && !row.removed)
        found.push_back(row);
    return found;
  }

  // What readers do.
  RunStatus status() const {
    RunStatus status = status_;
    status.training_ms = progress_.training_ms;
    return status;
  }
  Population population(int history_turns) const {
    Population population{members_, progress_.sequence, progress_.starts, nullptr, {}};
    if (progress_.best) population.best = turn(*progress_.best);
    const auto size = static_cast<std::ptrdiff_t>(turn_log_.size());
    const auto count = history_turns < 0 ? size : std::min<std::ptrdiff_t>(history_turns, size);
    population.history.assign(turn_log_.end() - count, turn_log_.end());
    return population;
  }
  std::vector<TurnPointer> turns(std::int64_t after, int limit) const {
    const auto [first, last] =
        after_sequence(turn_log_, after, limit, [](const TurnPointer& turn) { return turn->sequence; });
    return {first, last};
  }
  std::vector<Decision> decisions(std::int64_t after, int limit) const {
    const auto [first, last] =
        after_sequence(decision_log_, after, limit, [](const DecisionPointer& decision) { return decision->sequence; });
    std::vector<Decision> decisions;
    for (auto at = first; at != last; ++at) decisions.push_back(**at);
    return decisions;
  }
  std::vector<Failure> failures(std::int64_t after, int limit) const {
    const auto [first, last] =
        after_sequence(failure_log_, after, limit, [](const Failure& failure) { return failure.sequence; });
    return {first, last};
  }
  std::vector<Checkpoint> checkpoints() const {
    std::vector<Checkpoint> standing;  // not by going through all that ever stood
    for (const auto& [turn, name] : standing_) standing.push_back(checkpoints_.at(name).checkpoint);
    for (const std::string& name : imports_)
      if (const rules::CheckpointRow& row = checkpoints_.at(name); !row.removed) standing.push_back(row.checkpoint);
    std::ranges::sort(standing, {}, &Checkpoint::name);
    return standing;
  }

 private:
  RunStatus status_;
  rules::Progress progress_;
  std::vector<Member> members_;
  std::vector<std::vector<TurnPointer>> turns_;  ///< by member, then index - 1
  std::vector<TurnPointer> turn_log_;
  std::vector<DecisionPointer> decision_log_;
  std::vector<Failure> failure_log_;
  std::map<std::tuple<int, int, int>, std::int64_t> decision_fences_;  ///< by member, turn, revision
  std::set<std::pair<TurnKey, std::int64_t>> failure_keys_;
  std::map<std::int64_t, std::int64_t> training_;  ///< end of each interval -> its beginning
  std::map<std::string, rules::CheckpointRow> checkpoints_;
  std::set<std::string> imports_;
  std::map<TurnKey, std::string> standing_;  ///< turns whose checkpoint is not removed
};

}  // namespace pbt
