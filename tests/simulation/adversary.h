#pragma once

#include "tests/simulation/process_life.h"

namespace pbt::simulation {

/// Starts what goes wrong in the world at the rates of the scenario's faults, until `until`: kills, stops, power cuts,
/// outages, full disks, processes that come and go, clocks that jump, people who interfere. `bytes` is the storage
/// below all that is watched.
void start_adversary(const Site& site, CheckpointStorage& bytes, Time until);

}  // namespace pbt::simulation
