#include "trainer/process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <utility>

#include "pbt/error.h"
#include "trainer/guard.h"
#include "trainer/left_over.h"
#include "trainer/process_table.h"
#include "trainer/random_token.h"

namespace pbt {
namespace {

using namespace std::chrono_literals;

constexpr int lifeline_fd = 3;     // in the guard
constexpr auto guard_limit = 10s;  // to kill everything; it needs milliseconds

std::string new_marker() { return std::string(guard_variable) + "=" + process_name() + "-" + random_token(16); }

std::vector<std::string> environment_of(const Command& command, const std::string& marker) {
  std::vector<std::string> entries;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const std::string name = text.substr(0, text.find('='));
    if (name != guard_variable && command.environment.count(name) == 0) entries.push_back(text);
  }
  for (const auto& [name, value] : command.environment) entries.push_back(std::string(name).append("=").append(value));
  entries.push_back(marker);
  return entries;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

// The two settings of posix_spawn, freed at the end.
struct SpawnSettings {
  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};

  SpawnSettings() {
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
    sigset_t none;
    sigset_t defaults;
    sigemptyset(&none);
    sigemptyset(&defaults);
    // What this process ignores or blocks, a trainer must not inherit.
    for (const int signal : {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD, SIGUSR1, SIGUSR2})
      sigaddset(&defaults, signal);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &defaults);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;
  ~SpawnSettings() {
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
  }
};

// A copy numbered 10 or more, so that the actions below cannot overwrite one source with another's target.
Descriptor high_copy(int fd) {
  Descriptor copy(::fcntl(fd, F_DUPFD_CLOEXEC, 10));
  if (!copy.open()) throw Error(std::string("cannot start a trainer: ") + std::strerror(errno));
  return copy;
}

// What a killed guard left behind: found by the marker, and reaped, as orphans of our child are our children. The
// command itself may be dead before it is looked for; `lifeline` holds its id.
void sweep(const std::string& marker, int lifeline) {
  std::vector<pid_t> killed;
  for (std::vector<pid_t> found; !(found = processes_with_environment(marker)).empty();) {
    for (const pid_t pid : found) {
      const Descriptor pidfd = open_process(pid);
      ::kill(pid, SIGKILL);
      if (pidfd.open()) (void)wait_for_end(pidfd, guard_limit);
      killed.push_back(pid);
    }
  }
  pid_t command = 0;
  if (::recv(lifeline, &command, sizeof command, MSG_DONTWAIT) == sizeof command) ::waitpid(command, nullptr, 0);
  for (const pid_t pid : killed) ::waitpid(pid, nullptr, WNOHANG);
}

}  // namespace

// The guard would only say "exit status 127"; people want to know what is wrong with which path.
void check_program(const Command& command) {
  namespace fs = std::filesystem;
  const std::string& program = command.arguments.at(0);
  const fs::path directory = command.directory.empty() ? fs::current_path() : fs::path(command.directory);
  if (!fs::is_directory(directory)) throw Error(command.whose + " directory " + directory.string() + " does not exist");
  if (program.find('/') != std::string::npos) {
    const fs::path path = directory / program;
    if (!fs::exists(path))
      throw Error(command.whose + " program " + path.string() + " does not exist: build it, or correct " +
                  command.setting);
    if (fs::is_directory(path))
      throw Error(command.whose + " program " + path.string() + " is a folder: correct " + command.setting);
    if (::access(path.c_str(), X_OK) != 0)
      throw Error(command.whose + " program " + path.string() + " is not executable: chmod +x it");
    return;
  }
  const auto given = command.environment.find("PATH");
  const char* own = std::getenv("PATH");
  const std::string path = given != command.environment.end() ? given->second : own != nullptr ? own : "/bin:/usr/bin";
  for (std::size_t from = 0; from <= path.size();) {
    const std::size_t colon = std::min(path.find(':', from), path.size());
    const fs::path candidate = directory / path.substr(from, colon - from) / program;
    if (::access(candidate.c_str(), X_OK) == 0 && !fs::is_directory(candidate)) return;
    from = colon + 1;
  }
  throw Error("no program \"" + program + "\" on PATH: a program of your own needs its path, e.g. \"./" + program +
              "\"");
}

std::string to_string(const ExitStatus& ended) {
  const std::string status = "exit status " + std::to_string(ended.status);
  if (ended.guard_killed) return "SIGKILL of its guard process";
  const char* name = ended.status > 128 ? ::sigabbrev_np(ended.status - 128) : nullptr;
  return name != nullptr ? "SIG" + std::string(name) + " (" + status + ")" : status;
}

Process Process::start(const Command& command, int output, int error) {
  check_program(command);
  // Orphans of a killed guard come to us and not to init, and can be found and reaped.
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    throw Error(std::string("cannot start a trainer: ") + std::strerror(errno));
  const Descriptor guards_end(ends[0]);
  Descriptor lifeline(ends[1]);
  const Descriptor watched = high_copy(guards_end.get());
  const Descriptor out = high_copy(output);
  const Descriptor err = high_copy(error);

  const std::string marker = new_marker();
  const std::string program = find_guard_program();
  std::vector<std::string> arguments{program, "guard", "--lifeline", std::to_string(lifeline_fd), "--"};
  arguments.insert(arguments.end(), command.arguments.begin(), command.arguments.end());
  std::vector<std::string> environment = environment_of(command, marker);

  SpawnSettings settings;
  int failed = ::posix_spawn_file_actions_addopen(&settings.actions, 0, "/dev/null", O_RDONLY, 0);
  const std::pair<int, int> copies[] = {{out.get(), 1}, {err.get(), 2}, {watched.get(), lifeline_fd}};
  for (const auto& [from, to] : copies) {
    if (failed == 0) failed = ::posix_spawn_file_actions_adddup2(&settings.actions, from, to);
  }
  if (failed == 0 && !command.directory.empty()) {
    failed = ::posix_spawn_file_actions_addchdir_np(&settings.actions, command.directory.c_str());
  }
  pid_t guard = 0;
  if (failed == 0) {
    failed = ::posix_spawn(&guard, std::filesystem::absolute(program).c_str(), &settings.actions, &settings.attributes,
                           pointers(arguments).data(), pointers(environment).data());
  }
  if (failed != 0) throw Error("cannot start the trainer's guard " + program + ": " + std::strerror(failed));
  // Without a handler, the guard stays a zombie until we wait for it, so that its number still names it.
  Descriptor pidfd = open_process(guard);
  if (!pidfd.open()) {
    const int why = errno;
    lifeline.close();
    ::waitpid(guard, nullptr, 0);
    throw Error(std::string("pidfd_open failed: ") + std::strerror(why));
  }
  return {guard, std::move(pidfd), std::move(lifeline), marker};
}

Process::~Process() {
  if (pidfd_.open()) kill_whole();
}

std::optional<ExitStatus> Process::wait(std::chrono::milliseconds limit) {
  if (ended_ || !wait_for_end(pidfd_, limit)) return ended_;
  int status = 0;
  while (::waitpid(guard_, &status, 0) < 0 && errno == EINTR) continue;
  ended_ = WIFEXITED(status) ? ExitStatus{WEXITSTATUS(status), false} : ExitStatus{128 + WTERMSIG(status), true};
  if (ended_->guard_killed) sweep(marker_, lifeline_.get());
  lifeline_.close();
  return ended_;
}

void Process::terminate() {
  // A guard that has gone needs no message.
  if (lifeline_.open()) [[maybe_unused]]
    const ssize_t sent = ::send(lifeline_.get(), "T", 1, MSG_NOSIGNAL);
}

ExitStatus Process::kill_whole() {
  // The guard reads the end of file; what it has sent can still be read.
  if (lifeline_.open()) ::shutdown(lifeline_.get(), SHUT_WR);
  if (!wait(guard_limit)) {
    ::kill(guard_, SIGKILL);
    while (!wait(guard_limit)) continue;
  }
  return *ended_;
}

}  // namespace pbt
