#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "cli/commands.h"
#include "cli/interrupts.h"
#include "cli/terminal.h"
#include "cli/work.h"
#include "pbt/clock.h"
#include "pbt/error.h"
#include "trainer/left_over.h"

namespace pbt {
namespace {

constexpr std::chrono::milliseconds look_at_all_again{2'000};

bool is_over(RunState state) { return state == RunState::done || state == RunState::failed; }

/// What the user's words mean.
struct Wanted {
  std::string store;
  std::vector<std::string> experiments;
};

/// The first word may be left out, as other commands leave the store to PBT_STORE.
Wanted wanted(const WorkerCommandOptions& options) {
  Wanted wanted{options.store, options.experiments};
  if (wanted.store.empty() || wanted.store.find(':') != std::string::npos) return wanted;
  wanted.experiments.insert(wanted.experiments.begin(), wanted.store);
  wanted.store.clear();
  return wanted;
}

/// One experiment, until it ends or, where that is asked, until there is nothing to do for it.
int serve(const Wanted& wanted, const std::string& experiment, bool exit_when_idle, const WorkerCommandOptions& options,
          const Strategies& strategies) {
  OpenRun run = open_run({.experiment = experiment, .store = wanted.store});
  std::vector<std::string>& command = run.experiment.trainer.command;
  command.insert(command.begin(), options.starter.begin(), options.starter.end());
  return work(run.location, run.experiment, *make_algorithm(run.experiment, strategies),
              {.workers = options.workers.value_or(1), .exit_when_idle = exit_when_idle, .json = options.json});
}

/// Asks the process of that worker to begin no more turns.
int drain(const std::string& worker) {
  const std::size_t end = worker.find('-', worker.rfind('.') == worker.npos ? 0 : worker.rfind('.'));
  const std::string number = end == worker.npos ? "" : worker.substr(end + 1, worker.find('-', end + 1) - end - 1);
  const pid_t process = std::atoi(number.c_str());
  const std::string own = process_name();
  if (process <= 0 || worker.substr(0, end) != own.substr(0, own.rfind('-')))
    throw UsageError("--drain " + worker + ": no worker of this machine, whose workers are called " + own +
                     "-0 and the like: give the command where it runs");
  if (is_dead_here(worker) || ::kill(process, SIGUSR2) != 0) throw Error("worker " + worker + " is not there any more");
  print("worker " + worker + " leaves when the turns of its process are recorded\n");
  return 0;
}

/// What one look at all of them came to.
struct Round {
  bool interrupted = false;
  bool all_over = true;
  int failed = 0;
};

/// Trains for each experiment in turn for as long as that has something to do. One that cannot be trained here, or has
/// failed, does not keep the others from it.
Round serve_once(const Wanted& wanted, const std::vector<std::string>& names, const WorkerCommandOptions& options,
                 const Strategies& strategies) {
  Round round;
  for (const std::string& name : names) {
    try {
      const RunState state = open_run({.experiment = name, .store = wanted.store}).reader->status().state;
      if (is_over(state)) continue;
      round.all_over = false;
      if (state == RunState::paused) continue;
      const int status = serve(wanted, name, /*exit_when_idle=*/true, options, strategies);
      if (status == interrupted_status) {
        round.interrupted = true;
        return round;
      }
    } catch (const UsageError&) {
      throw;
    } catch (const Error& error) {
      ++round.failed;
      std::fprintf(stderr, "pbt: %s: %s\n", name.c_str(), error.what());
    }
  }
  return round;
}

/// All that are named, or whatever the store holds: until all are over, or for ever where none is named.
int serve_several(const Wanted& wanted, const WorkerCommandOptions& options, const Strategies& strategies) {
  SystemClock clock;
  const bool any = wanted.experiments.empty();
  const Interrupts interrupts;
  for (;;) {
    const Round round =
        serve_once(wanted, any ? names_in_sight(wanted.store) : wanted.experiments, options, strategies);
    if (round.interrupted || interrupts.count() > 0) return interrupted_status;
    if (options.exit_when_idle || (!any && round.all_over)) return round.failed > 0 ? 1 : 0;
    if (round.failed > 0 && !any) return 1;
    clock.wait(look_at_all_again);
  }
}

}  // namespace

int command_worker(const WorkerCommandOptions& options, const Strategies& strategies) {
  if (!options.drain.empty()) return drain(options.drain);
  const Wanted what = wanted(options);
  return what.experiments.size() == 1
             ? serve(what, what.experiments.front(), options.exit_when_idle, options, strategies)
             : serve_several(what, options, strategies);
}

}  // namespace pbt
