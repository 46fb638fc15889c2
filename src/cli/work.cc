#include "cli/work.h"

#include <cstdlib>

#include "cli/display.h"
#include "cli/interrupts.h"
#include "cli/live_tensorboard.h"
#include "cli/storage.h"
#include "pbt/error.h"
#include "pbt/pool.h"
#include "store/open_store.h"
#include "trainer/left_over.h"
#include "worker/make_trainer.h"
#include "worker/resume.h"

namespace pbt {
namespace {

/// Hundreds of idle workers may share a database.
constexpr std::chrono::milliseconds look_again{100}, look_again_in_database{2'000};

double seconds_of(const Turn& turn) { return static_cast<double>(turn.ended_ms - turn.started_ms) / 1000; }

/// What the last turns took, so that a resumed run knows at once when one hangs.
void remember_turn_times(const Population& population, TurnTimes& times) {
  for (const TurnPointer& turn : population.history) times.add(seconds_of(*turn));
}

/// The first interrupt lets the running turns save; the second ends everything now: the trainers die with this process.
void heed_interrupts(const Interrupts& interrupts, Pool& pool, Display& display, Store& store,
                     const std::string& name) {
  if (interrupts.drain()) {
    pool.drain();
    display.say_draining();
  }
  if (interrupts.count() == 0) return;
  if (interrupts.count() == 1) {
    display.say_stopping();
    pool.request_stop(Stop::save);
    return;
  }
  display.finish();
  (void)release_leases_of([&](const std::string& worker) { return worker.starts_with(name + "-"); }, store);
  std::_Exit(interrupted_status);
}

/// Runs a pool until it ends.
WorkerEnd run_pool(const Location& location, const Experiment& experiment, const Algorithm& algorithm,
                   const WorkOptions& options, Store& store, CheckpointStorage& storage, Clock& clock, Display& display,
                   LiveTensorBoard& tensorboard) {
  TurnTimes times(experiment.trainer.turn_timeout_s);
  remember_turn_times(store.population(/*history_turns=*/101), times);
  const std::string name = process_name();
  const Interrupts interrupts;
  const auto lease = std::chrono::milliseconds(static_cast<std::int64_t>(experiment.workers.lease_s * 1000));
  Pool pool(experiment, algorithm, store, storage, clock,
            trainer_factory(experiment, record_id(store.status()), location.logs(), granted(), options.workers, times),
            {options.workers, name, lease, options.exit_when_idle,
             location.address.is_file() ? look_again : look_again_in_database},
            [&](const Event& event) {
              if (const auto* recorded = std::get_if<TurnRecorded>(&event)) times.add(seconds_of(recorded->turn));
              display.listen(event);
            });
  return pool.run([&] {
    heed_interrupts(interrupts, pool, display, store, name);
    display.tick();
    tensorboard.tick();
  });
}

}  // namespace

int work(const Location& location, const Experiment& experiment, const Algorithm& algorithm,
         const WorkOptions& options) {
  SystemClock clock;
  SystemFiles files;
  const auto store = open_store(location.address, location.experiment, experiment.checkpoints.durability, clock);
  const auto storage = open_storage(location, experiment, options.workers, files, clock);
  if (const auto missing = what_is_missing(experiment.workers.needs, granted(), options.workers))
    throw Error(experiment.name + ": this machine does not have what [workers] needs says: " + *missing +
                "; train fewer members here, or on another machine");
  require_same_storage(location, experiment, record_id(store->status()));
  remove_left_over();
  take_up(experiment, algorithm, *store, *storage, is_dead_here);

  Display display(experiment, *store, options.json);
  LiveTensorBoard tensorboard(experiment.log.tensorboard ? location.tensorboard() : std::filesystem::path(), experiment,
                              *store, clock, [&](const std::string& what) { display.listen(Noted{what}); });
  WorkerEnd end = WorkerEnd::finished;  // and no trainer is started when there is nothing to do
  if (!store->population().finished())
    end = run_pool(location, experiment, algorithm, options, *store, *storage, clock, display, tensorboard);
  // Another process that began under a smaller budget may have stopped members before ours was spent.
  while (end == WorkerEnd::finished && store->population().finished() && resume(experiment, algorithm, *store) > 0)
    end = run_pool(location, experiment, algorithm, options, *store, *storage, clock, display, tensorboard);
  tensorboard.finish();
  display.finish();
  const RunStatus status = store->status();
  if (status.state == RunState::failed) throw Error("experiment " + experiment.name + " failed: " + status.reason);
  display.summarise(location, status);
  return end == WorkerEnd::stopped ? interrupted_status : 0;
}

}  // namespace pbt
