#pragma once

#include <cstdint>
#include <string>

#include "pbt/assignment.h"

namespace CLI {
class App;
}

namespace pbt::trainers {

/// How a trainer runs by hand, without a worker.
struct AloneOptions {
  std::int64_t steps = 1;       ///< in all
  std::int64_t turn_steps = 1;  ///< between two evaluations
  std::int64_t seed = 1;
  std::string save;  ///< folder for the checkpoint; empty: none is kept
};

/// --steps, --turn-steps, --seed and --save.
void add_options(CLI::App& app, AloneOptions& options);

/// Trains one member in turns that continue one another, and prints a line of metrics after each.
void train_in_turns(const TrainFunction& train, const Hyperparameters& hyperparameters, const AloneOptions& options);

}  // namespace pbt::trainers
