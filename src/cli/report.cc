#include "serve/report.h"

#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/locate.h"
#include "cli/terminal.h"
#include "cli/write_file.h"
#include "pbt/clock.h"

namespace pbt {

int command_report(const ReportOptions& options) {
  OpenRun run = open_run(options.target);
  const std::string path = options.output.empty() ? (run.location.folder / "report.html").string() : options.output;
  SystemClock clock;
  serve::FollowedRun followed({std::move(run.clock), std::move(run.reader), std::move(run.experiment),
                               run.location.checkpoints(), run.location.logs()},
                              clock);
  const std::string page = serve::report_page(followed);
  write_file(path, page);
  if (options.json) {
    print(nlohmann::ordered_json{{"report", path}, {"bytes", page.size()}}.dump() + '\n');
  } else {
    print(path + '\n');
  }
  return 0;
}

}  // namespace pbt
