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
  print(options.json ? status_json(run.experiment, look) + '\n'
                     : status_text(run.experiment, look, SystemClock().now_ms(), output_style()));
  return 0;
}

}  // namespace pbt
