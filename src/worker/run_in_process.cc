#include <limits>

#include "checkpoint/memory_storage.h"
#include "pbt/error.h"
#include "pbt/pbt.h"
#include "store/memory_store.h"

namespace pbt {

InProcessRun run(const Experiment& experiment, const TrainFunction& train, const InProcessOptions& options) {
  validate(experiment);
  const std::unique_ptr<Algorithm> algorithm = make_algorithm(experiment, options.strategies);
  auto clock = std::make_unique<SystemClock>();
  auto store = make_memory_store(experiment.name, "", experiment.population, *clock);
  InProcessRun run{std::move(clock), std::move(store), make_memory_storage()};
  Pool pool(
      experiment, *algorithm, *run.store, *run.storage, *run.clock,
      [&](int, const std::string&) { return make_function_trainer(train, options.resident_max); },
      {.workers = options.workers, .name = "thread"}, options.listener);
  (void)pool.run();
  const RunStatus status = run.store->status();
  if (status.state == RunState::failed) throw Error("experiment " + experiment.name + " failed: " + status.reason);
  return run;
}

Turn InProcessRun::best() const {
  const TurnPointer best = store->population().best;
  if (!best) throw Error("no turn was completed with a finite score");
  return *best;
}

std::vector<TurnPointer> InProcessRun::turns() const { return store->turns(0, std::numeric_limits<int>::max()); }

}  // namespace pbt
