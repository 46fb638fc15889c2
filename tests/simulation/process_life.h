#pragma once

#include "pbt/algorithm.h"
#include "tests/simulation/mutation.h"
#include "tests/simulation/scenario.h"
#include "tests/simulation/witness.h"

namespace pbt::simulation {

/// Where the processes of one simulation meet.
struct Site {
  World& world;
  const Scenario& scenario;
  const Algorithm& algorithm;
  Store& store;                ///< watched
  CheckpointStorage& storage;  ///< watched
  Witness& witness;
  Mutation mutation = Mutation::none;
};

/// A new process on that machine, which does what `pbt run` does: takes up what dead ones left, then works with
/// `workers` workers until the experiment ends, an error ends it, or it is asked to leave. `exit_when_idle` as in
/// WorkerOptions.
Process& start_process(const Site& site, int host, int workers, bool exit_when_idle = false);

/// A new process that carries out `action` with its own way to the store and the storage, as one of pbt's short
/// commands would.
void start_command(const Site& site, int host, std::function<void(Store&, CheckpointStorage&)> action);

}  // namespace pbt::simulation
