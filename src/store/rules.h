#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "pbt/store.h"

/// What a Store's calls mean, once for every backend. A backend brings `Tables`: plain rows, read and written inside
/// one transaction that the backend opens before and commits after. Its functions are those called here and in
/// recorder.h; MemoryTables is the shortest. All checks come before the first write, so that tables without a rollback
/// stay whole too.
namespace pbt::rules {

/// What every commit changes.
struct Progress {
  std::int64_t sequence = 0;  ///< of the last entry
  int starts = 0;
  std::int64_t training_ms = 0;
  std::optional<TurnKey> best;
};

/// A member that may be leased.
struct Candidate {
  int member = 0;
  bool unborn = false;
  std::int64_t progress = 0;       ///< in the order of serving: progress_of()
  std::optional<TurnKey> weights;  ///< what its next turn starts from
};

/// Milliseconds since 1970 in which training went on, both ends touching.
struct Interval {
  std::int64_t from_ms = 0;
  std::int64_t to_ms = 0;
};

/// What stands, or stood, under a checkpoint's name. Rows stay when the bytes go.
struct CheckpointRow {
  Checkpoint checkpoint;
  std::optional<TurnKey> turn;  ///< that made it; none: imported
  bool named = true;            ///< by a turn or a start; an import that none has named yet is not collected
  bool pinned = false;
  bool removed = false;
};

/// Steps done, and what its setbacks count for.
[[nodiscard]] inline std::int64_t progress_of(std::int64_t steps_done, int setbacks, const LeaseRequest& request) {
  return steps_done + setbacks * request.steps_a_setback;
}

/// Puts the first `request.count` candidates in the order of serving and drops the others.
void choose(std::vector<Candidate>& candidates, const LeaseRequest& request);

/// The revision that a further decision of the member, after the same turn, must have.
[[nodiscard]] int next_revision(const Member& member);

/// Whether the lease is the member's current one. An expired lease is, until another is taken.
[[nodiscard]] bool holds(const Member& member, const Lease& lease);

void release(Member& member);

/// Throws StoreError: the caller broke the contract of Store.
void require(bool condition, const std::string& what);

/// Throws StoreError unless the request makes sense.
void check(const LeaseRequest& request);

/// The row of bytes imported under a name that has the row `known` (none: a new name). `named`: by a start. Throws
/// StoreError when the name stands for other bytes.
[[nodiscard]] CheckpointRow imported(const std::optional<CheckpointRow>& known, const Checkpoint& checkpoint,
                                     bool named);

/// The row after Pin. Throws StoreError when there is nothing to pin.
[[nodiscard]] CheckpointRow pinned(const std::optional<CheckpointRow>& known, const Pin& pin);

/// The tables' own: `candidates(request, now_ms)` may leave out members that cannot be among the first `request.count`.
template <class Tables>
std::vector<Lease> acquire(Tables& tables, const LeaseRequest& request, std::int64_t now_ms) {
  std::vector<Candidate> candidates = tables.candidates(request, now_ms);
  choose(candidates, request);
  std::vector<Lease> leases;
  for (const Candidate& candidate : candidates) {
    Member member = tables.member(candidate.member);
    ++member.fence;
    member.worker = request.worker;
    member.lease_until_ms = now_ms + request.duration.count();
    tables.put_lease(member);
    leases.push_back({std::move(member), request.worker});
  }
  return leases;
}

template <class Tables>
std::vector<bool> renew(Tables& tables, const std::vector<Lease>& leases, std::int64_t until_ms) {
  std::vector<bool> stand;
  for (const Lease& lease : leases) {
    Member member = tables.member(lease.member.id);
    stand.push_back(holds(member, lease));
    if (!stand.back()) continue;
    member.lease_until_ms = until_ms;
    tables.put_lease(member);
  }
  return stand;
}

template <class Tables>
void control(Tables& tables, const Control& control) {
  if (const auto* state = std::get_if<SetState>(&control)) tables.put(*state);
  if (const auto* specification = std::get_if<SetSpecification>(&control)) tables.put(*specification);
  if (const auto* pin = std::get_if<Pin>(&control)) tables.put(pinned(tables.checkpoint(pin->checkpoint), *pin));
  if (const auto* import = std::get_if<Import>(&control))
    tables.put(imported(tables.checkpoint(import->checkpoint.name), import->checkpoint, false));
}

/// Marks what nothing needs and returns it, by name. `removable(member, up_to)`: standing, unpinned rows of the
/// member's turns up to that index; `removable_imports()`: those of imports that some start has named.
template <class Tables>
std::vector<Checkpoint> collect(Tables& tables, int keep_last, std::int64_t flushed) {
  require(keep_last >= 0, "collect keeps 0 or more checkpoints of each member");
  const Population population = tables.population(0);
  std::set<std::string> needed;
  if (population.best) needed.insert(population.best->checkpoint.name);
  for (const Member& member : population.members) {
    if (member.standing) needed.insert(member.standing->checkpoint.name);  // its latest decision's weights
    if (member.next && member.next->imported) needed.insert(member.next->imported->name);
    if (member.last && (member.state == MemberState::undecided || member.last->partial))
      needed.insert(member.last->checkpoint.name);
    for (TurnPointer turn = member.standing; turn && turn->sequence > flushed && turn->parent;) {
      turn = tables.turn(*turn->parent);
      needed.insert(turn->checkpoint.name);
    }
  }
  std::vector<CheckpointRow> rows = tables.removable_imports();
  for (const Member& member : population.members)
    for (CheckpointRow& row : tables.removable(member.id, member.turns - keep_last)) rows.push_back(std::move(row));
  std::vector<Checkpoint> removed;
  for (CheckpointRow& row : rows) {
    if (needed.contains(row.checkpoint.name)) continue;
    row.removed = true;
    tables.put(row);
    removed.push_back(row.checkpoint);
  }
  std::ranges::sort(removed, {}, &Checkpoint::name);
  return removed;
}

}  // namespace pbt::rules
