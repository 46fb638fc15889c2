#include "worker/resume.h"

#include "checkpoint/collect.h"
#include "worker/record.h"

namespace pbt {

int resume(const Experiment& experiment, const Algorithm& algorithm, Store& store) {
  const Population population = store.population(algorithm.history_turns());
  Decide commit;
  for (const Member& member : population.members) {
    if (member.state != MemberState::stopped) continue;
    Decision decision = decide(experiment, algorithm, population, {member.id, member.turns}, member.next->revision + 1,
                               population.sequence, /*attempt=*/0);
    if (decision.kind != DecisionKind::stop) commit.decisions.push_back(std::move(decision));
  }
  // A conflict means that somebody else is doing the same.
  if (!commit.decisions.empty()) (void)store.commit(commit);
  const RunState state = store.status().state;
  const Population now = store.population();
  if ((state == RunState::running || state == RunState::failed) && now.finished()) {
    // Whoever recorded the last turn may have died before it said that all is done, or somebody had given up just
    // before.
    store.control(SetState{RunState::done, *why_done(experiment, now)});
  } else if (state == RunState::failed || (state == RunState::done && !why_done(experiment, now))) {
    store.control(SetState{RunState::running, ""});
  }
  return static_cast<int>(commit.decisions.size());
}

int release_leases_of(const std::function<bool(const std::string& worker)>& is_dead, Store& store) {
  Release release;
  for (const Member& member : store.population().members)
    if (!member.worker.empty() && is_dead(member.worker)) release.leases.push_back({member, member.worker});
  if (!release.leases.empty()) (void)store.commit(release);
  return static_cast<int>(release.leases.size());
}

void take_up(const Experiment& experiment, const Algorithm& algorithm, Store& store, CheckpointStorage& storage,
             const std::function<bool(const std::string& worker)>& is_dead) {
  (void)release_leases_of(is_dead, store);
  (void)remove_orphans(store, storage);
  (void)resume(experiment, algorithm, store);
}

}  // namespace pbt
