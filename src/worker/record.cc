#include "worker/record.h"

#include <algorithm>
#include <cmath>

#include "pbt/error.h"
#include "store/rules.h"

namespace pbt {
namespace {

Turn turn_of(const Experiment& experiment, const Attempt& attempt) {
  const Report& report = *attempt.report();
  const Member& member = attempt.lease.member;
  Turn turn;
  turn.key = attempt.lease.turn();
  turn.fence = attempt.lease.fence();
  turn.worker = attempt.lease.worker;
  if (member.standing) turn.parent = member.standing->key;
  turn.hyperparameters = attempt.assignment.hyperparameters;
  turn.from_step = attempt.assignment.from_step;
  turn.to_step = report.step;
  turn.partial = report.partial && report.step < attempt.assignment.target_step();
  turn.score = experiment.objective.score(report.metrics.at(experiment.objective.metric));
  turn.samples = report.samples;
  turn.metrics = report.metrics;
  turn.checkpoint = attempt.checkpoint;
  turn.started_ms = attempt.started_ms;
  turn.ended_ms = attempt.ended_ms;
  return turn;
}

/// The snapshot with one entry more, and what follows from it.
Decision decide_after(const Tools& tools, Population population, const TurnPointer& turn, int attempt) {
  const std::int64_t seen = population.sequence;
  apply(population, turn);
  if (tools.algorithm.history_turns() != 0) population.history.push_back(turn);
  return decide(tools.experiment, tools.algorithm, population, turn->key, 0, seen, attempt);
}

Decision decide_after(const Tools& tools, Population population, const Failure& failure, int attempt) {
  const std::int64_t seen = population.sequence;
  apply(population, failure, /*broken=*/true);
  const Member& member = population.members[static_cast<std::size_t>(failure.turn.member)];
  return decide(tools.experiment, tools.algorithm, population, {member.id, member.turns}, member.next->revision + 1,
                seen, attempt);
}

/// Decides for a member outside of its turn: one of a synchronous round, or one that waits.
Decision decide_now(const Tools& tools, const Population& population, const Member& member, int attempt) {
  return decide(tools.experiment, tools.algorithm, population, {member.id, member.turns}, rules::next_revision(member),
                population.sequence, attempt);
}

std::chrono::milliseconds backoff(const FailureLimits& limits, int failures_before) {
  const double seconds = std::min(limits.backoff_max_s, limits.backoff_s * std::pow(2.0, failures_before));
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

std::vector<Event> record_turns(const Tools& tools, const std::vector<Attempt>& finished) {
  FinishTurns commit;
  for (const Attempt& attempt : finished)
    commit.turns.push_back({attempt.lease, turn_of(tools.experiment, attempt), {}});
  for (int attempt = 0;; ++attempt) {
    if (!tools.experiment.synchronous) {
      const Population snapshot = tools.store.snapshot(tools.algorithm.history_turns());
      std::erase_if(commit.turns, [&](const FinishedTurn& finish) { return !stands(finish.lease, snapshot); });
      for (FinishedTurn& finish : commit.turns)
        finish.decision = decide_after(tools, snapshot, std::make_shared<const Turn>(finish.turn), attempt);
    }
    const std::vector<CommitResult> results = tools.store.commit(commit);
    if (std::find(results.begin(), results.end(), CommitResult::conflict) != results.end()) continue;
    std::vector<Event> events;
    for (std::size_t i = 0; i < results.size(); ++i)
      if (results[i] != CommitResult::lease_lost)
        events.push_back(TurnRecorded{commit.turns[i].turn, commit.turns[i].decision});
    return events;
  }
}

std::optional<Event> record_failure(const Tools& tools, const Attempt& attempt) {
  const Member& member = attempt.lease.member;
  FailTurn commit;
  commit.lease = attempt.lease;
  commit.failure.turn = attempt.lease.turn();
  commit.failure.fence = attempt.lease.fence();
  commit.failure.worker = attempt.lease.worker;
  commit.failure.what = *attempt.failure();
  // No more than it was asked for, whatever step the trainer claims: it would spend everybody's budget.
  const Assignment& asked = attempt.assignment;
  commit.failure.steps_lost = std::clamp<std::int64_t>(attempt.failure()->step - asked.from_step, 0, asked.steps);
  commit.failure.time_ms = attempt.ended_ms;
  commit.broken = member.failures + 1 >= tools.experiment.failures.max_failures;
  commit.backoff = backoff(tools.experiment.failures, member.failures);
  for (int tries = 0;; ++tries) {
    if (commit.broken && !tools.experiment.synchronous) {
      const Population snapshot = tools.store.snapshot(tools.algorithm.history_turns());
      if (!stands(attempt.lease, snapshot)) return {};
      commit.replacement = decide_after(tools, snapshot, commit.failure, tries);
    }
    const CommitResult result = tools.store.commit(commit).front();
    if (result == CommitResult::conflict) continue;
    if (result == CommitResult::lease_lost) return {};
    return TurnFailed{commit.failure, commit.replacement};
  }
}

}  // namespace

void publish(const Tools& tools, std::vector<Attempt>& attempts) {
  for (Attempt& attempt : attempts) {
    if (!attempt.report() || attempt.abandoned()) continue;
    try {
      attempt.checkpoint = tools.storage.publish(attempt.assignment.id);
    } catch (const StorageError& error) {
      attempt.outcome = TrainerFailure{FailureKind::checkpoint, error.what(), "", attempt.report()->step};
      tools.trainer.drop({attempt.assignment.id});
    }
  }
}

std::vector<Event> record(const Tools& tools, const std::vector<Attempt>& attempts) {
  std::vector<Attempt> finished;
  std::vector<Event> events;
  Release given_back;
  for (const Attempt& attempt : attempts) {
    if (attempt.abandoned()) {
      given_back.leases.push_back(attempt.lease);
    } else if (attempt.report()) {
      finished.push_back(attempt);
    } else if (auto failed = record_failure(tools, attempt)) {
      events.push_back(*failed);
    }
  }
  if (!given_back.leases.empty()) (void)tools.store.commit(given_back);  // a lease that is lost needs no giving back
  if (!finished.empty())
    for (Event& event : record_turns(tools, finished)) events.push_back(std::move(event));
  return events;
}

std::optional<MembersDecided> end_waits(const Tools& tools) {
  const Population population = tools.store.snapshot(tools.algorithm.history_turns());
  Decide commit;
  for (const int id : tools.algorithm.waited_enough(population)) {
    const Member& member = population.members.at(static_cast<std::size_t>(id));
    Decision decision = decide_now(tools, population, member, /*attempt=*/0);
    if (decision.kind != DecisionKind::wait) commit.decisions.push_back(std::move(decision));
  }
  if (commit.decisions.empty()) return {};
  // A conflict means that somebody else is doing the same; whoever looks next sees what came of it.
  if (tools.store.commit(commit).front() != CommitResult::committed) return {};
  return MembersDecided{commit.decisions};
}

std::optional<MembersDecided> decide_round(const Tools& tools) {
  std::int64_t seen = -1;
  for (int attempt = 0;; ++attempt) {
    const Population population = tools.store.snapshot(tools.algorithm.history_turns());
    // Something came in between: somebody else was faster, and this may be the next round already. How often a worker
    // tried may not show in the record; it counts only where a donor's checkpoint is gone.
    if (population.sequence != seen) attempt = 0;
    seen = population.sequence;
    const auto& members = population.members;
    const auto settled = [](const Member& m) {
      return m.state == MemberState::undecided || m.state == MemberState::waiting || m.state == MemberState::stopped;
    };
    const auto undecided = [](const Member& m) { return m.state == MemberState::undecided; };
    if (!std::all_of(members.begin(), members.end(), settled)) return {};
    Decide commit;
    for (const Member& member : members) {
      if (member.state == MemberState::stopped) continue;
      Decision decision = decide_now(tools, population, member, attempt);
      const bool goes_on_waiting = !undecided(member) && decision.kind == DecisionKind::wait;
      if (!goes_on_waiting) commit.decisions.push_back(std::move(decision));
    }
    if (commit.decisions.empty()) return {};
    if (tools.store.commit(commit).front() == CommitResult::committed) return MembersDecided{commit.decisions};
  }
}

std::optional<std::string> why_done(const Experiment& experiment, const Population& population) {
  if (population.finished()) return "every member has spent its budget";
  const Budget& budget = experiment.budget;
  if (budget.target && population.best && population.best->score >= experiment.objective.score(*budget.target))
    return "the target is reached by " + to_string(population.best->key);
  if (budget.total_steps > 0 && population.steps_done() >= budget.total_steps) return "the total steps are spent";
  return {};
}

std::optional<std::string> why_hopeless(const Population& population, const FailureLimits& limits) {
  int active = 0, failing = 0, setbacks = 0, most = 0;
  bool any_turn = false;
  for (const Member& member : population.members) {
    any_turn = any_turn || member.turns > 0;
    if (member.state == MemberState::stopped && member.setbacks == 0) continue;  // else it failed for good
    ++active;
    failing += member.setbacks > 0 ? 1 : 0;
    setbacks += member.setbacks;
    most = std::max(most, member.setbacks);
  }
  if (active == 0) return {};
  if (!any_turn && failing >= std::min(active, 8) && setbacks >= limits.max_failures)
    return "the population's first turns all failed";
  if (failing == active && most >= 2 * limits.max_failures)
    return "no member gets through a turn any more, not even after being replaced";
  return {};
}

}  // namespace pbt
