#include "checkpoint/collect.h"

#include <algorithm>
#include <cstdio>
#include <limits>
#include <optional>
#include <set>

#include "pbt/error.h"

namespace pbt {
namespace {

void remove(const std::vector<Checkpoint>& marked, CheckpointStorage& storage, Collected& collected) {
  for (const Checkpoint& checkpoint : marked) {
    storage.remove(checkpoint.name);
    ++collected.checkpoints;
    collected.bytes += checkpoint.bytes;
  }
}

void count_what_stands(const RunReader& reader, Collected& collected) {
  collected.bytes_left = 0;
  collected.files_left = 0;
  for (const Checkpoint& checkpoint : reader.checkpoints()) {
    collected.bytes_left += checkpoint.bytes;
    collected.files_left += checkpoint.files;
  }
}

/// What the checkpoints that are needed have too much of; empty: nothing.
std::string over_quota(const Collected& collected, const CheckpointSpec& spec) {
  const auto over = [](const std::string& left, const std::string& what, const std::string& quota, const char* key) {
    return "the checkpoints that are needed hold " + left + what + ", over the quota of " + quota +
           "; raise [checkpoints] " + key + " or unpin some, then `pbt unpause`";
  };
  if (spec.quota_bytes > 0 && collected.bytes_left > spec.quota_bytes)
    return over(std::to_string(collected.bytes_left), " bytes", std::to_string(spec.quota_bytes), "quota");
  if (spec.quota_files > 0 && collected.files_left > spec.quota_files)
    return over(std::to_string(collected.files_left), " files", std::to_string(spec.quota_files), "quota_files");
  return "";
}

/// What bytes were written for, as their name says.
struct Purpose {
  int member = 0;
  int index = 0;            ///< of the turn; 0: imported for a start or an injection
  long long fence = -1;     ///< of the lease; -1: none
  long long sequence = -1;  ///< of the record when a person injected it; -1: nobody did
};

std::optional<Purpose> purpose_of(const std::string& name) {
  const char* text = name.c_str();
  Purpose turn, start, injection;
  (void)std::sscanf(text, "m%d.t%d.f%lld", &turn.member, &turn.index, &turn.fence);
  if (turn_id({turn.member, turn.index}, turn.fence) == name) return turn;
  (void)std::sscanf(text, "initial-%d.f%lld", &start.member, &start.fence);
  if ("initial-" + std::to_string(start.member) + ".f" + std::to_string(start.fence) == name) return start;
  (void)std::sscanf(text, "initial-%d.inject-%lld", &injection.member, &injection.sequence);
  if ("initial-" + std::to_string(injection.member) + ".inject-" + std::to_string(injection.sequence) == name)
    return injection;
  return {};
}

/// Bytes that the record does not name are dead when it never can: their turn was committed with other bytes, their
/// lease was outgrown or given back, or the member has moved on since they were imported for it.
bool is_dead(const std::string& name, const Population& population) {
  const std::optional<Purpose> purpose = purpose_of(name);
  if (!purpose || purpose->member < 0 || purpose->member >= static_cast<int>(population.members.size())) return false;
  const Member& member = population.members[static_cast<std::size_t>(purpose->member)];
  if (purpose->sequence >= 0)
    return (member.last && member.last->sequence > purpose->sequence) ||
           (member.next && member.next->sequence > purpose->sequence);
  return (purpose->index > 0 && member.turns >= purpose->index) || member.fence > purpose->fence ||
         (member.fence == purpose->fence && member.worker.empty());
}

/// Whether some member will have to fall back to an earlier turn, which nobody else may need, when it is leased next.
bool is_any_lost(const RunReader& reader, CheckpointStorage& storage) {
  for (const Member& member : reader.population().members) {
    if (!member.standing || member.state == MemberState::stopped) continue;
    try {
      (void)storage.open(member.standing->checkpoint);
    } catch (const CheckpointLost&) {
      return true;
    }
  }
  return false;
}

/// Each member's latest complete turn up to the age of `step`; null where there is none.
std::vector<TurnPointer> latest_until(const Population& population, std::int64_t step) {
  std::vector<TurnPointer> latest(population.members.size());
  for (const TurnPointer& turn : population.history)
    if (!turn->partial && turn->to_step <= step) latest[static_cast<std::size_t>(turn->key.member)] = turn;
  return latest;
}

/// How many of its last turns any member must keep so that every turn stands that can be the latest one up to the age
/// of some other: of the youngest member, or of what that one copies before the next collection.
int turns_that_may_be_copied(const Population& population) {
  std::int64_t youngest = std::numeric_limits<std::int64_t>::max();
  for (const Member& member : population.members)
    if (member.state != MemberState::stopped)
      youngest = std::min(youngest, member.standing ? member.standing->to_step : 0);
  for (const TurnPointer& turn : latest_until(population, youngest))
    if (turn) youngest = std::min(youngest, turn->to_step);
  const std::vector<TurnPointer> first = latest_until(population, youngest);
  int most = 0;
  for (const Member& member : population.members) {
    const TurnPointer& turn = first[static_cast<std::size_t>(member.id)];
    most = std::max(most, turn ? member.turns - turn->key.index + 1 : member.turns);
  }
  return most;
}

}  // namespace

CheckpointSpec with_donors(CheckpointSpec spec, const Algorithm& algorithm, const RunReader& reader) {
  if (!algorithm.copies_history()) return spec;
  spec.keep_last = std::max(spec.keep_last, turns_that_may_be_copied(reader.population(algorithm.history_turns())));
  return spec;
}

Collected collect_garbage(Store& store, CheckpointStorage& storage, const CheckpointSpec& spec) {
  Collected collected;
  std::int64_t flushed = all_flushed;
  if (spec.durability == Durability::process) {
    // A storage reads the bytes once; those that it published itself it need not read.
    if (is_any_lost(store, storage)) return collected;
    flushed = store.snapshot().sequence;
    storage.flush();
  }
  remove(store.collect(spec.keep_last, flushed), storage, collected);
  if (spec.quota_bytes == 0 && spec.quota_files == 0) return collected;
  count_what_stands(store, collected);
  if (over_quota(collected, spec).empty()) return collected;
  remove(store.collect(0, flushed), storage, collected);
  count_what_stands(store, collected);
  if (const std::string why = over_quota(collected, spec); !why.empty()) store.control(SetState{RunState::paused, why});
  return collected;
}

int remove_orphans(const RunReader& reader, CheckpointStorage& storage) {
  // Before the record: what is published later is not in the list.
  const std::vector<std::string> names = storage.list();
  const Population population = reader.population();
  std::set<std::string> standing;
  for (const Checkpoint& checkpoint : reader.checkpoints()) standing.insert(checkpoint.name);
  int removed = 0;
  for (const std::string& name : names) {
    if (standing.contains(name) || !is_dead(name, population)) continue;
    storage.remove(name);
    ++removed;
  }
  return removed;
}

}  // namespace pbt
