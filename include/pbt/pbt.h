#pragma once

#include "pbt/experiment.h"
#include "pbt/pool.h"

/// The whole of pbt in one process: a C++ function is trained by a population, the record and the checkpoints stay in
/// memory.
namespace pbt {

struct InProcessOptions {
  int workers = 1;
  int resident_max = 0;  ///< see make_function_trainer
  Strategies strategies = builtin_strategies();
  Listener listener = [](const Event&) {};
};

/// A finished run: the record to read, and the bytes of the checkpoints that stand.
struct InProcessRun {
  std::unique_ptr<Clock> clock;
  std::unique_ptr<Store> store;
  std::unique_ptr<CheckpointStorage> storage;

  /// The best turn. Throws Error when no turn was completed with a finite score.
  [[nodiscard]] Turn best() const;
  /// Every turn, in the order in which they were committed.
  [[nodiscard]] std::vector<TurnPointer> turns() const;
};

/// Trains `experiment` with `train`, which is called from `options.workers` threads at once, until its budget is spent.
/// Throws UsageError when the experiment is not valid, Error when it failed (with the trainer's own words).
[[nodiscard]] InProcessRun run(const Experiment& experiment, const TrainFunction& train,
                               const InProcessOptions& options = {});

}  // namespace pbt
