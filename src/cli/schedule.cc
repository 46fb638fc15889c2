#include "cli/commands.h"
#include "cli/locate.h"
#include "cli/terminal.h"
#include "view/machine_views.h"
#include "view/text_views.h"

namespace pbt {

int command_schedule(const ScheduleOptions& options) {
  const OpenRun run = open_run(options.target);
  const TurnPointer end = chosen_turn(run, options.choice);
  const std::vector<ScheduleRow> rows = schedule(lineage(*run.reader, end->key));
  if (options.format == "csv") {
    print(schedule_csv(run.experiment, rows));
  } else if (options.format == "json") {
    print(schedule_json(run.experiment, *end, rows) + '\n');
  } else if (options.format == "ray") {
    print(ray_policy(rows));
  } else if (options.plot) {
    print(schedule_plot(run.experiment, rows, output_style()));
  } else {
    print(schedule_text(run.experiment, rows, output_style()));
  }
  return 0;
}

}  // namespace pbt
