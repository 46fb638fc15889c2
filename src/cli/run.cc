#include <filesystem>

#include "cli/commands.h"
#include "cli/experiment_file.h"
#include "cli/init.h"
#include "cli/storage.h"
#include "cli/terminal.h"
#include "cli/warm_start.h"
#include "cli/work.h"
#include "pbt/clock.h"
#include "pbt/error.h"
#include "store/open_store.h"

namespace pbt {
namespace {

bool is_file(const std::string& experiment) {
  return experiment.ends_with(".toml") || std::filesystem::is_regular_file(experiment);
}

/// The experiment that flags alone describe: `pbt run --population 8 ... -- ./train ...`
Experiment experiment_of_flags(const RunCommandOptions& options) {
  InitOptions description = options.description;
  const auto need = [](bool given, const std::string& what) {
    if (!given) throw UsageError("an experiment described by flags needs " + what);
  };
  need(!description.metric.empty(), "its objective: --maximize METRIC or --minimize METRIC");
  need(description.steps.has_value(), "each member's budget: --steps STEPS");
  need(!description.parameters.empty(), "hyperparameters: -p lr=1e-4..1e-1:log");
  description.name = options.target.experiment;
  // Names it when nothing else does.
  description.file = std::filesystem::path(description.command.front()).stem().string();
  Experiment experiment =
      read_experiment(new_experiment_file(description), "the command line", std::filesystem::current_path());
  if (options.seed) experiment.seed = *options.seed;
  experiment.synchronous = options.synchronous;
  validate(experiment);
  return experiment;
}

void refuse_description(const RunCommandOptions& options, const std::string& why) {
  const InitOptions& flags = options.description;
  const bool any = flags.population || flags.steps || flags.interval || !flags.metric.empty() ||
                   !flags.parameters.empty() || !flags.command.empty() || options.seed || options.synchronous;
  if (any) throw UsageError(why + "; of the flags, only -j, --store and --json go with that");
}

/// What the user wants to run; nothing: the experiment as it is recorded.
std::optional<Experiment> wanted(const RunCommandOptions& options) {
  if (is_file(options.target.experiment)) {
    refuse_description(options, options.target.experiment + " describes the experiment");
    return read_experiment_file(options.target.experiment);
  }
  if (!options.description.command.empty()) return experiment_of_flags(options);
  refuse_description(options,
                     "a new experiment needs its trainer's command behind --, e.g. -- ./train; without it an "
                     "experiment goes on as recorded");
  return {};
}

/// The record's own specification, brought up to what is allowed to change. `usual_storage`: nobody named one.
void reconcile(Store& store, Experiment& now, bool usual_storage, const RunCommandOptions& options) {
  const Experiment recorded = read_experiment(store.status().specification, "the record", now.trainer.directory);
  if (usual_storage) now.checkpoints.storage = recorded.checkpoints.storage;
  if (!options.warm_start.empty()) now.initial = recorded.initial;
  const std::vector<Change> changes = compare(recorded, now);
  if (const std::vector<Change> refused = forbidden(changes); !refused.empty())
    throw UsageError("the experiment file changed since the run of " + now.name +
                     " began, in what its record depends on:\n" + to_string(refused) +
                     "\nOnly budgets, [workers], [failures], [checkpoints], [log] and the trainer's time-outs and "
                     "environment may change. Undo this, or give the experiment another name");
  if (!changes.empty()) {
    store.control(SetSpecification{write_experiment(now)});
    if (!options.json) print("changed since the run began: " + to_string(changes) + "\n");
  }
}

/// Makes the experiment in its store, or finds it there as it may be.
void begin(const Location& location, Experiment& experiment, const RunCommandOptions& options) {
  SystemClock clock;
  SystemFiles files;
  // Workers elsewhere find the bytes by the record alone.
  std::string& storage = experiment.checkpoints.storage;
  const bool usual = storage.empty() && !location.address.is_file();
  if (usual) storage = location.checkpoints().string();
  if (!options.warm_start.empty() && !is_recorded(location))
    warm_start(experiment, open_run({options.warm_start, options.target.store}),
               options.best.value_or(experiment.population), location.folder / "initial");
  if (!is_recorded(location)) require_bucket(location, experiment);  // a record names its storage for good
  const bool is_new =
      create_experiment(location.address, experiment.name, write_experiment(experiment), experiment.population, clock);
  const auto store = open_store(location.address, experiment.name, Durability::power, clock);
  if (!is_new) reconcile(*store, experiment, usual, options);
  // Also where somebody was killed just before this.
  if (is_new || store->population().sequence == 0)
    mark_storage(location, experiment, record_id(store->status()), files);
}

}  // namespace

RecordedExperiment recorded(const RunCommandOptions& options, const Strategies& strategies) {
  std::optional<Experiment> experiment = wanted(options);
  if (!experiment) {
    OpenRun run = open_run(options.target);
    return {run.location, std::move(run.experiment)};
  }
  const Location location = place_of(experiment->name, options.target.store);
  (void)make_algorithm(*experiment, strategies);  // before anything is created
  begin(location, *experiment, options);
  return {location, std::move(*experiment)};
}

int command_run(const RunCommandOptions& options, const Strategies& strategies) {
  const auto [location, experiment] = recorded(options, strategies);
  const int workers = options.description.workers.value_or(experiment.workers.count);
  return work(location, experiment, *make_algorithm(experiment, strategies),
              {.workers = workers, .json = options.json});
}

}  // namespace pbt
