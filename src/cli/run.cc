#include <filesystem>

#include "cli/commands.h"
#include "cli/experiment_file.h"
#include "cli/init.h"
#include "cli/terminal.h"
#include "cli/work.h"
#include "pbt/clock.h"
#include "pbt/error.h"
#include "store/sqlite_store.h"

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

/// The record's own specification, brought up to what is allowed to change.
void reconcile(Store& store, const Experiment& now, const RunCommandOptions& options) {
  const Experiment recorded = read_experiment(store.status().specification, "the record", now.trainer.directory);
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

}  // namespace

int command_run(const RunCommandOptions& options, const Strategies& strategies) {
  std::optional<Experiment> experiment = wanted(options);
  Location location;
  if (experiment) {
    location = place_of(experiment->name, options.target.store);
    (void)make_algorithm(*experiment, strategies);  // before anything is created
    SystemClock clock;
    const bool is_new = create_experiment(location.database, experiment->name, write_experiment(*experiment),
                                          experiment->population, clock);
    if (!is_new)
      reconcile(*open_sqlite_store(location.database, experiment->name, Durability::power, clock), *experiment,
                options);
  } else {
    OpenRun run = open_run(options.target);
    location = run.location;
    experiment = std::move(run.experiment);
  }
  const int workers = options.description.workers.value_or(experiment->workers.count);
  return work(location, *experiment, *make_algorithm(*experiment, strategies),
              {.workers = workers, .json = options.json});
}

int command_worker(const WorkerCommandOptions& options, const Strategies& strategies) {
  const OpenRun run = open_run({.experiment = options.experiment, .store = options.store});
  return work(run.location, run.experiment, *make_algorithm(run.experiment, strategies),
              {.workers = options.workers.value_or(1), .exit_when_idle = options.exit_when_idle, .json = options.json});
}

}  // namespace pbt
