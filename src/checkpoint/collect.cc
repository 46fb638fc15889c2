#include "checkpoint/collect.h"

#include <cstdio>
#include <set>

namespace pbt {
namespace {

void remove(const std::vector<Checkpoint>& marked, CheckpointStorage& storage, Collected& collected) {
  for (const Checkpoint& checkpoint : marked) {
    storage.remove(checkpoint.name);
    ++collected.checkpoints;
    collected.bytes += checkpoint.bytes;
  }
}

std::uint64_t bytes_standing(const RunReader& reader) {
  std::uint64_t bytes = 0;
  for (const Checkpoint& checkpoint : reader.checkpoints()) bytes += checkpoint.bytes;
  return bytes;
}

/// A turn's bytes are dead when the record does not name them and the turn is settled: committed with other bytes, or its lease outgrown
/// or given back.
bool is_dead(const std::string& name, const Population& population) {
  TurnKey key;
  long long fence = 0;
  if (std::sscanf(name.c_str(), "m%d.t%d.f%lld", &key.member, &key.index, &fence) != 3) return false;
  if (turn_id(key, fence) != name) return false;
  if (key.member < 0 || key.member >= static_cast<int>(population.members.size())) return false;
  const Member& member = population.members[static_cast<std::size_t>(key.member)];
  return member.turns >= key.index || member.fence > fence || (member.fence == fence && member.worker.empty());
}

}  // namespace

Collected collect_garbage(Store& store, CheckpointStorage& storage, const CheckpointSpec& spec) {
  Collected collected;
  remove(store.collect(spec.keep_last), storage, collected);
  if (spec.quota_bytes == 0) return collected;
  collected.bytes_left = bytes_standing(store);
  if (collected.bytes_left <= spec.quota_bytes) return collected;
  remove(store.collect(0), storage, collected);
  collected.bytes_left = bytes_standing(store);
  if (collected.bytes_left > spec.quota_bytes)
    store.control(SetState{RunState::paused, "the checkpoints that are needed hold " + std::to_string(collected.bytes_left) +
                                                 " bytes, over the quota of " + std::to_string(spec.quota_bytes) +
                                                 "; raise [checkpoints] quota or unpin some, then `pbt unpause`"});
  return collected;
}

int remove_orphans(const RunReader& reader, CheckpointStorage& storage) {
  const std::vector<std::string> names = storage.list();  // before the record: what is published later is not in the list
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
