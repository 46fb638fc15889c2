#include "store/rules.h"

#include <tuple>

#include "pbt/error.h"

namespace pbt {

std::string record_id(const RunStatus& status) { return status.experiment + '-' + std::to_string(status.created_ms); }

std::string to_string(RunState state) {
  switch (state) {
    case RunState::running:
      return "running";
    case RunState::paused:
      return "paused";
    case RunState::done:
      return "done";
    case RunState::failed:
      return "failed";
  }
  return "?";
}

namespace rules {

void choose(std::vector<Candidate>& candidates, const LeaseRequest& request) {
  const std::set<TurnKey> resident(request.resident.begin(), request.resident.end());
  const auto rank = [&](const Candidate& candidate) {
    const bool finish_started = request.order == Order::finish_started;
    const bool cold = !candidate.weights || !resident.contains(*candidate.weights);
    return std::tuple(finish_started && candidate.unborn, finish_started ? -candidate.progress : candidate.progress,
                      cold, candidate.member);
  };
  const std::size_t count = std::min(candidates.size(), static_cast<std::size_t>(request.count));
  std::ranges::partial_sort(candidates, candidates.begin() + static_cast<std::ptrdiff_t>(count), {}, rank);
  candidates.resize(count);
}

int next_revision(const Member& member) {
  return member.next && member.next->turn == member.turns ? member.next->revision + 1 : 0;
}

bool holds(const Member& member, const Lease& lease) { return member.fence == lease.fence() && !member.worker.empty(); }

void release(Member& member) {
  member.worker.clear();
  member.lease_until_ms = 0;
}

void require(bool condition, const std::string& what) {
  if (!condition) throw StoreError("the record refuses a commit that breaks its contract: " + what);
}

CheckpointRow imported(const std::optional<CheckpointRow>& known, const Checkpoint& checkpoint, bool named) {
  if (!known) return {checkpoint, std::nullopt, named};
  if (known->checkpoint != checkpoint || (known->turn && known->removed))
    throw StoreError("checkpoint " + checkpoint.name +
                     " is in the record with other, or removed, bytes: import it under another name");
  CheckpointRow row = *known;
  row.named = named || (known->named && !known->removed);
  row.removed = false;
  return row;
}

CheckpointRow pinned(const std::optional<CheckpointRow>& known, const Pin& pin) {
  if (!known || (pin.pinned && known->removed))
    throw StoreError("no checkpoint " + pin.checkpoint + " stands in the record: pin one that does");
  CheckpointRow row = *known;
  row.pinned = pin.pinned;
  return row;
}

void check(const LeaseRequest& request) {
  require(!request.worker.empty(), "a lease takes a worker's name");
  require(request.count >= 0, "a lease request takes a count of 0 or more");
}

}  // namespace rules
}  // namespace pbt
