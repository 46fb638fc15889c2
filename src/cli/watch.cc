#include <unistd.h>

#include "cli/commands.h"
#include "cli/locate.h"
#include "cli/terminal.h"
#include "pbt/clock.h"
#include "view/text_views.h"

namespace pbt {
namespace {

bool is_over(const Overview& look) {
  return look.status.state == RunState::done || look.status.state == RunState::failed;
}

/// For logs and pipes: a line whenever there is something new, until the experiment is over.
void follow(const OpenRun& run, double every_s) {
  SystemClock clock;
  std::string before;
  for (;;) {
    const Overview look = overview(run.experiment, *run.reader);
    const std::string line = progress_line(run.experiment, look);
    if (line != before) print(line + '\n');
    before = line;
    if (is_over(look)) return;
    clock.wait(std::chrono::milliseconds(static_cast<std::int64_t>(every_s * 1000)));
  }
}

std::string picture(const OpenRun& run, const Overview& look) {
  return status_text(run.experiment, look, SystemClock().now_ms(), output_style());
}

/// The last picture, which stays on the screen afterwards.
std::string redraw(const OpenRun& run, double every_s) {
  FullScreen screen;
  for (;;) {
    const Overview look = overview(run.experiment, *run.reader);
    screen.show(picture(run, look) + (is_over(look) ? "\n" : "\nq ends this view; the experiment goes on\n"));
    if (is_over(look) || screen.wait(every_s) == FullScreen::Key::quit) return picture(run, look);
  }
}

}  // namespace

int command_watch(const WatchOptions& options) {
  const OpenRun run = open_run(options.target);
  if (output_is_terminal() && isatty(STDIN_FILENO) == 1) {
    print(redraw(run, options.every_s));
  } else {
    follow(run, options.every_s);
  }
  return 0;
}

}  // namespace pbt
