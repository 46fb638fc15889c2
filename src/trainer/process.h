#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "trainer/descriptor.h"

namespace pbt {

/// What to run, never through a shell.
struct Command {
  std::vector<std::string> arguments;              ///< the program first; not empty
  std::map<std::string, std::string> environment;  ///< beside this process's own
  std::string directory;                           ///< where it runs; empty: here
  std::string whose = "the trainer's";             ///< in what is said of it
  std::string setting = "trainer.command";         ///< where it is written
};

/// How a process ended: an exit status, or 128 + a signal as shells have it.
struct ExitStatus {
  int status = 0;
  bool guard_killed = false;  ///< the guard was killed from outside, and the trainer with it
};

/// "exit status 3", "SIGSEGV (exit status 139)"
[[nodiscard]] std::string to_string(const ExitStatus& ended);

/// Throws pbt::Error that says why the command cannot start: no such program or folder, or not executable.
void check_program(const Command& command);

/// A running command with everything that it starts, under a guard (guard.h). One thread at a time. Needs no signal
/// handler.
class Process {
 public:
  /// Standard output and error go to the two descriptors, which stay the caller's. Throws pbt::Error that says why it
  /// cannot start: no such program or folder, not executable, no guard.
  [[nodiscard]] static Process start(const Command& command, int output, int error);
  Process(Process&&) = default;
  Process& operator=(Process&&) = delete;
  ~Process();  ///< kills what still runs

  /// Becomes readable when the command has ended and nothing is left of it.
  [[nodiscard]] int fd() const { return pidfd_.get(); }
  /// How it ended; nothing when it still runs after `limit`.
  [[nodiscard]] std::optional<ExitStatus> wait(std::chrono::milliseconds limit);
  /// Asks the command to end by itself: SIGTERM to its process group.
  void terminate();
  /// Kills all of it, and returns when nothing is left. Returns at once when it has ended before.
  ExitStatus kill_whole();

 private:
  Process(pid_t guard, Descriptor pidfd, Descriptor lifeline, std::string marker)
      : guard_(guard), pidfd_(std::move(pidfd)), lifeline_(std::move(lifeline)), marker_(std::move(marker)) {}

  pid_t guard_;
  Descriptor pidfd_;
  Descriptor lifeline_;
  std::string marker_;  // PBT_GUARD_ID=...
  std::optional<ExitStatus> ended_;
};

}  // namespace pbt
