#pragma once

#include <functional>
#include <string>

#include "pbt/algorithm.h"
#include "pbt/checkpoint.h"
#include "pbt/store.h"

namespace pbt {

/// Makes an experiment that is done, failed or was given a larger budget run again: members that stopped before the
/// budget as it is now are decided anew. Returns how many of them go on. One all of whose members have stopped is done,
/// also where somebody had given it up before the others stopped.
int resume(const Experiment& experiment, const Algorithm& algorithm, Store& store);

/// Gives back the leases of dead workers, so that nobody waits for them to expire; fences keep this safe even when
/// `is_dead` is wrong. Returns how many.
int release_leases_of(const std::function<bool(const std::string& worker)>& is_dead, Store& store);

/// What a process does before it works: gives back the leases of the dead, removes the bytes that they left, resume().
void take_up(const Experiment& experiment, const Algorithm& algorithm, Store& store, CheckpointStorage& storage,
             const std::function<bool(const std::string& worker)>& is_dead);

}  // namespace pbt
