#include "trainer/guard.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "pbt/error.h"
#include "trainer/descriptor.h"
#include "trainer/process_table.h"
#include "trainer/program_path.h"

namespace pbt {
namespace {

constexpr int killed_status = 128 + SIGKILL;
constexpr int usage_status = 125;

int status_of(int wait_status) {
  return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
}

// Kills all descendants and reaps them. As a subreaper this process inherits every orphan, so that nothing is left when
// it has no child. Whoever was forked during a scan has a killed parent, whose reaping leads to the next scan.
void kill_descendants() {
  while (true) {
    const pid_t ended = ::waitpid(-1, nullptr, WNOHANG);
    if (ended < 0 && errno == ECHILD) return;
    if (ended > 0) continue;
    for (const pid_t pid : descendants_of(::getpid())) ::kill(pid, SIGKILL);
    ::waitpid(-1, nullptr, 0);
  }
}

[[noreturn]] void become(char* const* command, pid_t guard, int lifeline, const sigset_t& mask) {
  ::setsid();
  // Should the guard itself be killed, its child goes too (its descendants are then pbt's to find).
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != guard) ::_exit(killed_status);
  ::sigprocmask(SIG_SETMASK, &mask, nullptr);
  // Pbt needs it only where the guard is killed. Not said by the guard: that may be killed when the command runs
  // already.
  const pid_t self = ::getpid();
  [[maybe_unused]] const ssize_t sent = ::send(lifeline, &self, sizeof self, MSG_NOSIGNAL | MSG_DONTWAIT);
  ::syscall(SYS_close_range, 3U, ~0U, 0U);
  ::execvp(command[0], command);
  const int why = errno;
  std::fprintf(stderr, "pbt: cannot run %s: %s\n", command[0], std::strerror(why));
  ::_exit(why == ENOENT ? 127 : 126);
}

// Reaps whatever has ended; true when `command` has, with its status.
bool reap(pid_t command, int& status) {
  bool ended = false;
  int wait_status = 0;
  for (pid_t pid = 0; (pid = ::waitpid(-1, &wait_status, WNOHANG)) > 0;) {
    if (pid == command) {
      ended = true;
      status = status_of(wait_status);
    }
  }
  return ended;
}

int watch(pid_t command, int lifeline, int signals) {
  while (true) {
    pollfd waits[] = {{lifeline, POLLIN, 0}, {signals, POLLIN, 0}};
    if (::poll(waits, 2, -1) < 0 && errno != EINTR) break;
    if (waits[1].revents != 0) {
      signalfd_siginfo signal{};
      if (::read(signals, &signal, sizeof signal) == sizeof signal && signal.ssi_signo != SIGCHLD) break;
      int status = 0;
      if (reap(command, status)) {
        kill_descendants();
        return status;
      }
    }
    if (waits[0].revents != 0) {
      char byte = 0;
      if (::read(lifeline, &byte, 1) != 1) break;
      ::kill(-command, SIGTERM);
    }
  }
  kill_descendants();
  return killed_status;
}

}  // namespace

int guard_main(int count, char* const* arguments) {
  if (count < 5 || std::strcmp(arguments[1], "--lifeline") != 0 || std::strcmp(arguments[3], "--") != 0) {
    std::fputs("usage: pbt guard --lifeline FD -- COMMAND... (pbt's own; not for people)\n", stderr);
    return usage_status;
  }
  const int lifeline = std::atoi(arguments[2]);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  sigset_t watched;
  sigset_t before;
  sigemptyset(&watched);
  for (const int signal : {SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGQUIT}) sigaddset(&watched, signal);
  ::sigprocmask(SIG_BLOCK, &watched, &before);
  // Schedulers send it to every process of a job. Pbt gets it too, and has the turn saved before it lets go of us.
  sigdelset(&watched, SIGTERM);
  const int signals = ::signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
  const pid_t self = ::getpid();
  const pid_t command = ::fork();
  if (command == 0) become(arguments + 4, self, lifeline, before);
  if (signals < 0 || command < 0) {
    std::fprintf(stderr, "pbt guard: cannot start %s: %s\n", arguments[4], std::strerror(errno));
    if (command > 0) kill_descendants();
    return 126;
  }
  return watch(command, lifeline, signals);
}

std::string find_guard_program() {
  if (const char* program = std::getenv("PBT_PROGRAM")) {
    if (is_program(program)) return program;
    throw Error(std::string("PBT_PROGRAM is ") + program +
                ", which is no program that can be run: set it to the path of pbt");
  }
  std::error_code ignored;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", ignored);
  if (self.filename() == "pbt") return self;
  if (is_program(self.parent_path() / "pbt")) return self.parent_path() / "pbt";
  if (const auto found = program_on_path("pbt")) return *found;
  throw Error("the program pbt, through which trainers are started, is neither beside " + self.string() +
              " nor on PATH: set PBT_PROGRAM to its path");
}

}  // namespace pbt
