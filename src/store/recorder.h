#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "pbt/store.h"
#include "store/rules.h"

namespace pbt::rules {

/// One commit, within one transaction.
template <class Tables>
class Recorder {
 public:
  Recorder(Tables& tables, std::int64_t now_ms) : tables_(tables), now_ms_(now_ms), progress_(tables.progress()) {}

  std::vector<CommitResult> operator()(const StartMember& start) {
    const Lease& lease = start.lease;
    const Decision& decision = start.decision;
    require(decision.member == lease.member.id && decision.turn == 0 && decision.revision == 0 &&
                decision.kind == DecisionKind::start,
            "StartMember takes the lease's member and its first start decision (turn 0, revision 0)");
    if (tables_.decision_fence(decision.member, 0, 0) == lease.fence()) return {CommitResult::repeated};
    Member member = tables_.member(decision.member);
    if (!holds(member, lease)) return {CommitResult::lease_lost};
    if (member.state != MemberState::unborn || progress_.starts != start.starts_seen || !stands(decision))
      return {CommitResult::conflict};
    decide(member, decision, lease.fence());
    save(member);
    return {CommitResult::committed};
  }

  std::vector<CommitResult> operator()(const FinishTurns& finish) {
    std::vector<CommitResult> results;
    std::set<TurnKey> arriving, lost;
    std::set<std::string> names;
    for (const FinishedTurn& finished : finish.turns) {
      results.push_back(arrival(finished));
      const TurnKey key = finished.turn.key;
      const bool first = arriving.insert(key).second;
      const bool other_name =
          finished.turn.checkpoint.name.empty() || names.insert(finished.turn.checkpoint.name).second;
      require(first && other_name, to_string(key) + " or its checkpoint comes twice in one commit");
      if (results.back() == CommitResult::lease_lost) lost.insert(key);
    }
    const auto arrives = [&](TurnKey key) { return arriving.contains(key) && !lost.contains(key); };
    const auto is_lost = [&](TurnKey key) { return lost.contains(key); };
    bool conflict = false;
    for (std::size_t i = 0; i < results.size(); ++i)
      if (results[i] == CommitResult::committed && finish.turns[i].decision)
        conflict = conflict || !stands(*finish.turns[i].decision, arrives, is_lost);
    for (CommitResult& result : results)
      if (conflict && result == CommitResult::committed) result = CommitResult::conflict;
    // All turns before all decisions: members of one batch may copy from one another.
    std::vector<Member> members(results.size());
    for (std::size_t i = 0; i < results.size(); ++i)
      if (results[i] == CommitResult::committed) members[i] = finish_turn(finish.turns[i].turn);
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (results[i] != CommitResult::committed) continue;
      if (finish.turns[i].decision) decide(members[i], *finish.turns[i].decision, finish.turns[i].lease.fence());
      release(members[i]);
      save(members[i]);
    }
    return results;
  }

  std::vector<CommitResult> operator()(const FailTurn& fail) {
    const Lease& lease = fail.lease;
    require(fail.failure.turn.member == lease.member.id && fail.failure.fence == lease.fence(),
            "FailTurn takes a failure of the lease's own member and fence");
    if (tables_.has_failure(fail.failure.turn, lease.fence())) return {CommitResult::repeated};
    Member member = tables_.member(lease.member.id);
    if (!holds(member, lease)) return {CommitResult::lease_lost};
    require(fail.failure.turn.index == member.turns + 1,
            to_string(fail.failure.turn) + " failed, but it is not the member's next turn");
    require(!fail.replacement || fail.broken, "a replacement takes broken = true");
    if (fail.replacement) {
      require(continues(*fail.replacement, member), "a replacement takes the member's last turn and its next revision");
      if (!stands(*fail.replacement)) return {CommitResult::conflict};
    }
    Failure failure = fail.failure;
    failure.sequence = ++progress_.sequence;
    apply(member, failure, fail.broken);
    tables_.append(failure, fail.broken);
    if (fail.replacement) decide(member, *fail.replacement, lease.fence());
    release(member);
    member.not_before_ms = now_ms_ + fail.backoff.count();
    save(member);
    return {CommitResult::committed};
  }

  std::vector<CommitResult> operator()(const Decide& decisions) {
    const std::optional<Lease>& lease = decisions.lease;
    std::vector<Member> members;
    std::set<int> seen;
    std::optional<CommitResult> refused;
    for (const Decision& decision : decisions.decisions) {
      require(seen.insert(decision.member).second, "Decide takes one decision a member");
      const bool own = lease && lease->member.id == decision.member;
      if (own && tables_.decision_fence(decision.member, decision.turn, decision.revision) == lease->fence())
        return {CommitResult::repeated};
      Member member = tables_.member(decision.member);
      if (own && !holds(member, *lease)) return {CommitResult::lease_lost};
      const bool leased = !member.worker.empty() && now_ms_ < member.lease_until_ms && !own;
      if (leased || !continues(decision, member) || !stands(decision)) refused = CommitResult::conflict;
      members.push_back(std::move(member));
    }
    require(!lease || seen.contains(lease->member.id), "Decide with a lease takes a decision of the leased member");
    if (refused) return {*refused};
    for (std::size_t i = 0; i < members.size(); ++i) {
      const bool own = lease && lease->member.id == members[i].id;
      decide(members[i], decisions.decisions[i], own ? lease->fence() : 0);
      // Deciding over an expired lease takes the member away from it, as leasing it anew would.
      if (!own && !members[i].worker.empty()) ++members[i].fence;
      release(members[i]);
      save(members[i]);
    }
    return {CommitResult::committed};
  }

  std::vector<CommitResult> operator()(const Release& released) {
    std::vector<CommitResult> results;
    for (const Lease& lease : released.leases) {
      Member member = tables_.member(lease.member.id);
      if (holds(member, lease)) {
        release(member);
        tables_.put_lease(member);
        results.push_back(CommitResult::committed);
      } else {
        results.push_back(member.fence == lease.fence() ? CommitResult::repeated : CommitResult::lease_lost);
      }
    }
    return results;
  }

 private:
  static bool never(TurnKey) { return false; }

  /// committed: this turn can be; nothing is written yet.
  CommitResult arrival(const FinishedTurn& finished) {
    const Turn& turn = finished.turn;
    const Lease& lease = finished.lease;
    require(turn.key.member == lease.member.id && turn.fence == lease.fence(),
            to_string(turn.key) + " is not of its lease's own member and fence");
    require(!finished.decision || (finished.decision->member == turn.key.member &&
                                   finished.decision->turn == turn.key.index && finished.decision->revision == 0),
            "a turn's decision takes its own member and index, and revision 0");
    if (const TurnPointer recorded = tables_.turn(turn.key))
      return recorded->fence == turn.fence ? CommitResult::repeated : CommitResult::lease_lost;
    const Member member = tables_.member(turn.key.member);
    if (!holds(member, lease)) return CommitResult::lease_lost;
    require(member.state == MemberState::ready, "a turn of a member that has not been started");
    require(turn.key.index == member.turns + 1, to_string(turn.key) + " is not the member's next turn");
    require(!tables_.checkpoint(turn.checkpoint.name),
            "checkpoint " + turn.checkpoint.name + " is there already: names are unique");
    return CommitResult::committed;
  }

  bool continues(const Decision& decision, const Member& member) const {
    return decision.turn == member.turns && decision.revision == next_revision(member);
  }

  /// Whether everything that the decision refers to still stands. `arrives`: turns that this very commit records;
  /// `lost`: that it does not.
  template <class Arrives = bool (*)(TurnKey), class Lost = bool (*)(TurnKey)>
  bool stands(const Decision& decision, const Arrives& arrives = never, const Lost& lost = never) {
    for (const auto& key : {decision.weights, decision.donor}) {
      if (!key || arrives(*key)) continue;
      if (lost(*key)) return false;
      const TurnPointer turn = tables_.turn(*key);
      require(turn != nullptr, "the decision for member " + std::to_string(decision.member) + " names " +
                                   to_string(*key) + ", which is not in the record");
      const std::optional<CheckpointRow> row = tables_.checkpoint(turn->checkpoint.name);
      if (row && row->removed) return false;
    }
    if (!decision.imported) return true;
    const std::optional<CheckpointRow> row = tables_.checkpoint(decision.imported->name);
    if (row && row->removed) return false;
    (void)imported(row, *decision.imported, true);  // throws before anything is written
    return true;
  }

  Member finish_turn(Turn turn) {
    turn.sequence = ++progress_.sequence;
    const auto recorded = std::make_shared<const Turn>(std::move(turn));
    Member member = tables_.member(recorded->key.member);
    apply(member, recorded);
    tables_.append(recorded);
    if (!recorded->checkpoint.name.empty()) tables_.put(CheckpointRow{recorded->checkpoint, recorded->key});
    const TurnPointer best = progress_.best ? tables_.turn(*progress_.best) : nullptr;
    if (is_better(*recorded, best.get())) progress_.best = recorded->key;
    train({recorded->started_ms, recorded->ended_ms});
    return member;
  }

  void decide(Member& member, Decision decision, std::int64_t fence) {
    decision.sequence = ++progress_.sequence;
    if (decision.kind == DecisionKind::start) ++progress_.starts;
    const auto recorded = std::make_shared<const Decision>(std::move(decision));
    apply(member, recorded, [this](TurnKey key) { return tables_.turn(key); });
    tables_.append(recorded, fence);
    if (const auto& bytes = recorded->imported) tables_.put(imported(tables_.checkpoint(bytes->name), *bytes, true));
  }

  /// Adds an interval to the union of all, which stays disjoint.
  void train(Interval interval) {
    if (interval.to_ms <= interval.from_ms) return;
    std::int64_t counted_ms = 0;
    for (const Interval& other : tables_.take_training(interval)) {
      counted_ms += other.to_ms - other.from_ms;
      interval = {std::min(interval.from_ms, other.from_ms), std::max(interval.to_ms, other.to_ms)};
    }
    tables_.put_training(interval);
    progress_.training_ms += interval.to_ms - interval.from_ms - counted_ms;
  }

  void save(const Member& member) {
    tables_.put(member);
    tables_.put(progress_);
  }

  Tables& tables_;
  std::int64_t now_ms_;
  Progress progress_;
};

template <class Tables>
std::vector<CommitResult> commit(Tables& tables, const Commit& commit, std::int64_t now_ms) {
  return std::visit(Recorder<Tables>(tables, now_ms), commit);
}

}  // namespace pbt::rules
