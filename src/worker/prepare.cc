#include "worker/prepare.h"

#include <algorithm>
#include <set>

#include "checkpoint/directory_storage.h"
#include "pbt/error.h"
#include "trainer/verify.h"

namespace pbt {
namespace {

/// Copies the pretrained checkpoint of an [[initial]] row into the experiment's own storage. The start that names it
/// brings it into the record; where none comes it is an orphan.
std::optional<Checkpoint> import_pretrained(const Tools& tools, const Lease& lease) {
  const auto& rows = tools.experiment.initial;
  const auto row = static_cast<std::size_t>(lease.member.id);
  if (row >= rows.size()) return {};
  const std::string& folder = rows[row].checkpoint;
  if (folder.empty()) return {};
  const std::string name = "initial-" + std::to_string(lease.member.id) + ".f" + std::to_string(lease.fence());
  copy_folder(folder, tools.storage.stage(name));
  return tools.storage.publish(name);
}

/// False when the lease was lost.
bool start(const Tools& tools, Lease& lease) {
  for (int attempt = 0;; ++attempt) {
    const Population population = tools.store.snapshot(tools.algorithm.history_turns());
    if (!stands(lease, population)) return false;
    // A synchronous run draws the same values however often it has to try.
    Decision decision = decide(tools.experiment, tools.algorithm, population, {lease.member.id, 0}, 0,
                               population.sequence, tools.experiment.synchronous ? 0 : attempt);
    if (decision.kind != DecisionKind::start) {  // the budget of all members together was spent before this one began
      (void)tools.store.commit(Decide{{decision}, lease});
      return false;
    }
    decision.imported = import_pretrained(tools, lease);
    const CommitResult result = tools.store.commit(StartMember{lease, decision, population.starts}).front();
    if (result == CommitResult::conflict) continue;
    if (result == CommitResult::lease_lost) return false;
    apply(lease.member, std::make_shared<const Decision>(decision), {});
    return true;
  }
}

/// The nearest ancestor whose bytes can be read back whole; null: none is left.
TurnPointer readable_ancestor(const Tools& tools, TurnPointer turn) {
  std::set<std::string> standing;
  for (const Checkpoint& checkpoint : tools.store.checkpoints()) standing.insert(checkpoint.name);
  while (turn && turn->parent) {
    turn = tools.store.turn(*turn->parent);
    if (!turn || !standing.contains(turn->checkpoint.name)) continue;
    try {
      (void)tools.storage.open(turn->checkpoint);
      return turn;
    } catch (const CheckpointLost&) {
    }
  }
  return nullptr;
}

/// What a member begins with when nothing is left of its lineage: its pretrained checkpoint, while the user still has
/// that.
std::optional<Checkpoint> import_again(const Tools& tools, const Lease& lease) {
  try {
    return import_pretrained(tools, lease);
  } catch (const StorageError&) {
    return {};  // fresh weights, as the decision says, rather than no member at all
  }
}

/// The member's bytes are gone (a power cut under durability `process`): it goes on from an earlier turn of its
/// lineage.
void rewind(const Tools& tools, const Lease& lease, const std::string& why) {
  const TurnPointer ancestor = readable_ancestor(tools, lease.member.standing);
  Decision decision = *lease.member.next;
  decision.turn = lease.member.turns;
  ++decision.revision;
  decision.donor.reset();
  decision.kind = ancestor ? DecisionKind::proceed : DecisionKind::start;
  decision.weights = ancestor ? std::optional(ancestor->key) : std::nullopt;
  decision.imported = ancestor ? std::nullopt : import_again(tools, lease);
  decision.reason = "rewind: " + why;
  decision.snapshot = tools.store.snapshot().sequence;
  (void)tools.store.commit(Decide{{decision}, lease});  // whatever the answer, the lease is over
}

Assignment assignment_of(const Tools& tools, const Lease& lease) {
  const Member& member = lease.member;
  Assignment assignment;
  assignment.id = turn_id(lease.turn(), lease.fence());
  assignment.member = member.id;
  assignment.index = lease.turn().index;
  assignment.seed = turn_seed(tools.experiment, member);
  assignment.hyperparameters = member.next->hyperparameters;
  assignment.from_step = member.standing ? member.standing->to_step : 0;
  assignment.steps = steps_of_next_turn(tools.experiment, member);
  if (member.standing) {
    const Turn& parent = *member.standing;
    assignment.parent = turn_id(parent.key, parent.fence);
    assignment.load = tools.storage.open(parent.checkpoint);
    const std::vector<std::string> resident = tools.trainer.resident();
    const bool in_memory = std::find(resident.begin(), resident.end(), assignment.parent) != resident.end();
    assignment.weights = in_memory ? Weights::resident : Weights::folder;
  } else if (member.next->imported) {
    assignment.load = tools.storage.open(*member.next->imported);
    assignment.weights = Weights::folder;
  }
  assignment.save = tools.storage.stage(assignment.id);
  return assignment;
}

}  // namespace

std::int64_t steps_of_next_turn(const Experiment& experiment, const Member& member) {
  const std::int64_t next_multiple = (member.steps_done / experiment.interval + 1) * experiment.interval;
  return std::max<std::int64_t>(1, std::min(next_multiple, experiment.budget.steps) - member.steps_done);
}

std::int64_t turn_seed(const Experiment& experiment, const Member& member) {
  Random random{experiment.seed, static_cast<std::uint64_t>(member.id), static_cast<std::uint64_t>(member.turns + 1),
                static_cast<std::uint64_t>(member.failures), 0x73656564ULL /* "seed" */};
  return static_cast<std::int64_t>(random.next() >> 33);
}

void start_unborn(const Tools& tools, std::vector<Lease>& leases) {
  std::erase_if(leases,
                [&](Lease& lease) { return lease.member.state == MemberState::unborn && !start(tools, lease); });
}

std::vector<Attempt> prepare(const Tools& tools, const std::vector<Lease>& leases) {
  std::vector<Attempt> attempts;
  for (const Lease& lease : leases) {
    try {
      attempts.push_back({.lease = lease, .assignment = assignment_of(tools, lease)});
    } catch (const CheckpointLost& lost) {
      rewind(tools, lease, lost.what());
    }
  }
  return attempts;
}

void train(const Tools& tools, std::vector<Attempt>& attempts, TurnControl& control) {
  if (attempts.empty()) return;
  std::vector<Assignment> assignments;
  for (Attempt& attempt : attempts) {
    attempt.started_ms = tools.clock.now_ms();
    assignments.push_back(attempt.assignment);
  }
  std::vector<Outcome> outcomes = tools.trainer.train(assignments, control);
  for (std::size_t i = 0; i < attempts.size(); ++i) {
    Attempt& attempt = attempts[i];
    attempt.outcome = std::move(outcomes.at(i));
    attempt.ended_ms = tools.clock.now_ms();
    if (attempt.failure() != nullptr) continue;
    if (auto fault = verify(attempt.assignment, *attempt.report(), tools.experiment.objective.metric)) {
      attempt.outcome = std::move(*fault);
      tools.trainer.drop({attempt.assignment.id});  // it believes that the turn ended well, and keeps its weights
    }
  }
}

}  // namespace pbt
