#include <CLI/CLI.hpp>
#include <memory>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/plugins.h"
#include "core/json.h"

namespace pbt {
namespace {

void add_metric(CLI::App* sub, InitOptions* description) {
  const auto metric = [description](const char* mode) {
    return [description, mode](const std::string& name) {
      description->metric = name;
      description->mode = mode;
    };
  };
  auto* maximize =
      sub->add_option_function<std::string>("--maximize", metric("max"), "The metric, where higher is better")
          ->option_text("METRIC");
  sub->add_option_function<std::string>("--minimize", metric("min"), "The metric, where lower is better")
      ->option_text("METRIC")
      ->excludes(maximize);
}

void add_run(CLI::App& app, CommandLine& line) {
  auto options = std::make_shared<RunCommandOptions>();
  InitOptions* description = &options->description;
  CLI::App* sub = app.add_subcommand("run", "Train an experiment on this machine; the same command resumes it");
  sub->footer(
      "Examples:\n"
      "  pbt run experiment.toml\n"
      "  pbt run lander -j 4\n"
      "  pbt run digits --population 8 -j 2 --steps 20000 --interval 1000 --maximize accuracy \\\n"
      "      -p lr=1e-4..1e-1:log -p batch=32,64,128 -- python train.py\n"
      "Ctrl-C lets running turns save; a second one ends at once. Nothing that was recorded is lost either way.");
  sub->callback([&line, options] {
    options->description.command = line.trainer;
    line.takes_trainer = true;
    line.command = [&line, options] { return command_run(*options, load_strategies(line.plugins)); };
  });
  add_target(*sub, options->target);
  sub->get_option("experiment")
      ->description("An experiment file; or a name, of a recorded experiment or for a new one");
  sub->add_option("-j,--workers", description->workers, "Members trained at the same time")
      ->check(CLI::PositiveNumber)
      ->option_text("COUNT");
  sub->add_flag("--json", options->json, "One JSON object a turn, the status at the end");
  add_metric(sub, description);
  sub->add_option("--population", description->population, "Members")->option_text("COUNT [16]");
  sub->add_option("--steps", description->steps, "Each member's budget")->option_text("STEPS");
  sub->add_option("--interval", description->interval, "Steps a turn (default: a fiftieth of the budget)")
      ->option_text("STEPS");
  sub->add_option("-p,--parameter", description->parameters,
                  "A hyperparameter: lr=1e-4..1e-1:log, batch=32,64, layers=1..4:int")
      ->allow_extra_args(false)
      ->option_text("NAME=VALUES");
  sub->add_option("--seed", options->seed, "Of all randomness")->option_text("SEED [1]");
  sub->add_flag("--synchronous", options->synchronous,
                "Decide when all have finished the turn; one seed gives one record");
  auto* warm =
      sub->add_option("--warm-start", options->warm_start,
                      "A new experiment begins with the weights and hyperparameters of this one's best members")
          ->option_text("EXPERIMENT");
  sub->add_option("--best", options->best, "So many of its best members (default: as many as the new one has)")
      ->check(CLI::PositiveNumber)
      ->needs(warm)
      ->option_text("COUNT");
}

void add_check(CLI::App& app, CommandLine& line) {
  auto options = std::make_shared<CheckCommandOptions>();
  CLI::App* sub = app.add_subcommand("check", "Prove that a trainer keeps its contract before compute is spent");
  sub->footer(
      "Examples:\n"
      "  pbt check experiment.toml\n"
      "  pbt check experiment.toml --steps 200 --json\n"
      "Exit status: 0 nothing failed, 1 the trainer breaks its contract, 2 wrong usage or configuration.");
  sub->callback([&line, options] { line.command = [options] { return command_check(*options); }; });
  sub->add_option("file", options->file, "An experiment file")->required()->option_text("FILE");
  sub->add_option("--steps", options->steps, "Steps a turn (default: a tenth of the interval)")
      ->check(CLI::Range(std::int64_t{1}, json_integer_max))
      ->option_text("STEPS");
  sub->add_option("--tolerance", options->tolerance,
                  "Relative difference up to which two metrics are the same, for devices that do not repeat")
      ->check(CLI::Range(0.0, 1.0))
      ->option_text("FRACTION [0]");
  sub->add_flag("--json", options->json, "A list with name, verdict and explanation of each finding");
}

void add_worker(CLI::App& app, CommandLine& line) {
  auto options = std::make_shared<WorkerCommandOptions>();
  CLI::App* sub = app.add_subcommand("worker", "Join an experiment, any time; leave any time");
  sub->footer(
      "Examples:\n"
      "  pbt worker sqlite:runs/lander/pbt.db lander -j 2\n"
      "  pbt worker lander                           the store is the one that PBT_STORE names\n"
      "  pbt worker postgresql://ann@db/pbt lander cheetah\n"
      "  pbt worker postgresql://ann@db/pbt\n"
      "  pbt worker lander -- srun --nodes=2         srun starts the trainer\n"
      "With several experiments it trains for the first that has something to do; with none named, for any in the "
      "store, also those that come later. SIGTERM and SIGUSR1 mean what Ctrl-C does: running turns are saved, and the "
      "worker leaves with status 130.");
  sub->callback([&line, options] {
    options->starter = line.trainer;
    line.takes_trainer = true;
    line.command = [&line, options] { return command_worker(*options, load_strategies(line.plugins)); };
  });
  sub->add_option("store", options->store,
                  "Where the record is: sqlite:PATH or postgresql://USER@HOST/DATABASE; may be left out, as for other "
                  "commands")
      ->option_text("STORE");
  sub->add_option("experiments", options->experiments, "Their names; none: any")->option_text("EXPERIMENT ...");
  sub->add_option("-j,--workers", options->workers, "Members trained at the same time")
      ->check(CLI::PositiveNumber)
      ->option_text("COUNT [1]");
  sub->add_flag("--exit-when-idle", options->exit_when_idle, "Leave when there is nothing to do at the moment");
  sub->add_option(
         "--drain", options->drain,
         "In place of all that: let this worker of this machine, named as in `pbt status`, leave when its turns "
         "are recorded")
      ->option_text("WORKER");
  sub->add_flag("--json", options->json, "One JSON object a turn, the status at the end");
}

void add_compare(CLI::App& app, CommandLine& line) {
  auto options = std::make_shared<CompareOptions>();
  CLI::App* sub = app.add_subcommand(
      "compare",
      "Run experiment files with several seeds at equal compute, and compare them; the same command resumes");
  sub->footer(
      "Examples:\n  pbt compare pbt.toml random.toml halving.toml --seeds 5\n"
      "  pbt compare lander lander-random --equal wall --json");
  sub->callback([&line, options] {
    line.command = [&line, options] { return command_compare(*options, load_strategies(line.plugins)); };
  });
  sub->add_option("experiments", options->experiments,
                  "Experiment files, or names of experiments that are recorded; the first is what the others are held "
                  "against")
      ->required()
      ->option_text("EXPERIMENT ...");
  sub->add_option("--seeds", options->seeds, "Runs of each file")->check(CLI::PositiveNumber)->option_text("COUNT [5]");
  sub->add_option("--equal", options->equal,
                  "Compared at equal total steps, or at equal time of training: steps or wall")
      ->check(CLI::IsMember({"steps", "wall"}))
      ->option_text("WHAT [steps]");
  sub->add_option("-o,--output", options->output, "The folder of the runs and of what comes out")
      ->option_text("FOLDER [runs/compare]");
  sub->add_flag("--json", options->json, "One JSON object a turn; the last line is the comparison");
}

}  // namespace

void add_running_commands(CLI::App& app, CommandLine& line) {
  add_check(app, line);
  add_run(app, line);
  add_worker(app, line);
  add_compare(app, line);
  add_control(app, line, "pause", "Begin no new turns, on any machine", "The status afterwards, one JSON object",
              command_pause);
  add_control(app, line, "unpause", "Go on after a pause", "The status afterwards, one JSON object", command_unpause);
  add_control(app, line, "stop", "End the experiment; `pbt run` takes it up again",
              "The status afterwards, one JSON object", command_stop);
}

void add_init_command(CLI::App& app, CommandLine& line) {
  auto options = std::make_shared<InitOptions>();
  CLI::App* sub = app.add_subcommand("init", "Write a commented experiment file; asks on a terminal");
  sub->footer(
      "Examples:\n  pbt init\n"
      "  pbt init lander.toml --maximize episode_return -p lr=1e-5..1e-2:log -p batch=32,64 -- ./train");
  sub->callback([&line, options] {
    options->command = line.trainer;
    line.takes_trainer = true;
    line.command = [options] { return command_init(*options); };
  });
  sub->add_option("file", options->file, "The file to write; never overwritten")->option_text("FILE [experiment.toml]");
  sub->add_option("--name", options->name, "The experiment's name (default: the file's)")->option_text("NAME");
  add_metric(sub, options.get());
  sub->add_option("--population", options->population, "Members")->option_text("COUNT [16]");
  sub->add_option("--steps", options->steps, "Each member's budget")->option_text("STEPS");
  sub->add_option("--interval", options->interval, "Steps a turn")->option_text("STEPS");
  sub->add_option("-j,--workers", options->workers, "Members trained at the same time")->option_text("COUNT [1]");
  sub->add_option("-p,--parameter", options->parameters,
                  "A hyperparameter: lr=1e-4..1e-1:log, batch=32,64, layers=1..4:int")
      ->allow_extra_args(false)
      ->option_text("NAME=VALUES");
  sub->add_flag("-y,--yes", options->yes, "Ask nothing");
}

}  // namespace pbt
