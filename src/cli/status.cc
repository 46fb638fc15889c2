#include "cli/commands.h"
#include "cli/locate.h"
#include "cli/terminal.h"
#include "pbt/clock.h"
#include "view/machine_views.h"
#include "view/text_views.h"

namespace pbt {

int command_status(const StatusOptions& options) {
  const OpenRun run = open_run(options.target);
  const Overview look = overview(run.experiment, *run.reader);
  if (options.json) {
    print(status_json(run.experiment, look) + '\n');
    return 0;
  }
  const std::int64_t now_ms = SystemClock().now_ms();
  print(status_text(run.experiment, look, now_ms, output_style()));
  // Whom it waits for; of a run that is over, nobody asks.
  const std::string workers = workers_text(look, now_ms, output_style());
  if (look.status.state == RunState::running && !workers.empty()) print('\n' + workers);
  return 0;
}

}  // namespace pbt
