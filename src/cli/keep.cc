#include <unistd.h>

#include <csignal>

#include "cli/launch.h"
#include "launch/private_postgres.h"
#include "pbt/clock.h"

namespace pbt {

int command_launch_keep(const std::string& folder) {
  sigset_t watched;
  sigemptyset(&watched);
  for (const int signal : {SIGTERM, SIGUSR1, SIGINT, SIGHUP}) sigaddset(&watched, signal);
  ::sigprocmask(SIG_BLOCK, &watched, nullptr);
  // A scheduler signals every process of a job while the workers still save: only who started this may end it.
  const auto leaving = [&watched] {
    const timespec at_once{};
    for (siginfo_t info{}; ::sigtimedwait(&watched, &info, &at_once) > 0;)
      if (info.si_pid == ::getppid()) return true;
    return false;
  };
  SystemClock clock;
  keep_private_postgres(folder, clock, leaving);
  return 0;
}

}  // namespace pbt
