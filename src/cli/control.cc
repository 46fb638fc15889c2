#include "cli/commands.h"
#include "cli/locate.h"
#include "cli/terminal.h"
#include "pbt/clock.h"
#include "pbt/error.h"
#include "store/open_store.h"
#include "view/machine_views.h"

namespace pbt {
namespace {

int set_state(const ControlOptions& options, RunState state, const std::string& reason, const std::string& said) {
  const OpenRun run = open_run(options.target);
  SystemClock clock;
  const auto store = open_store(run.location.address, run.location.experiment, Durability::power, clock);
  const RunState now = store->status().state;
  if (now == RunState::done || now == RunState::failed)
    throw UsageError("experiment " + run.location.experiment + " is " + to_string(now) +
                     "; `pbt run` takes it up again if there is more to do");
  store->control(SetState{state, reason});
  print(options.json ? status_json(run.experiment, overview(run.experiment, *store)) + "\n"
                     : "experiment " + run.location.experiment + " " + said + "\n");
  return 0;
}

}  // namespace

int command_pause(const ControlOptions& options) {
  return set_state(options, RunState::paused, "paused by hand; `pbt unpause` goes on",
                   "is paused: running turns end as usual, no new ones begin; `pbt unpause` goes on");
}

int command_unpause(const ControlOptions& options) { return set_state(options, RunState::running, "", "goes on"); }

int command_stop(const ControlOptions& options) {
  return set_state(options, RunState::done, "stopped by hand",
                   "is stopped: running turns end as usual; `pbt run` takes it up again");
}

}  // namespace pbt
