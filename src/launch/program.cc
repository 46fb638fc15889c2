#include "launch/program.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "pbt/error.h"

namespace pbt {
namespace {

/// A file in memory: it takes any amount, so that a program never waits for us to read.
class Memory {
 public:
  Memory() : fd_(::memfd_create("output", MFD_CLOEXEC)) {
    if (fd_ < 0) throw Error(std::string("no memory for a program's output: ") + std::strerror(errno));
  }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  ~Memory() { ::close(fd_); }

  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] std::string text() const {
    std::string all(static_cast<std::size_t>(::lseek(fd_, 0, SEEK_END)), '\0');
    const ssize_t got = ::pread(fd_, all.data(), all.size(), 0);
    all.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return all;
  }

 private:
  int fd_;
};

}  // namespace

Ran run_program(const std::vector<std::string>& words, const std::string& what_to_do) {
  const Memory output, error;
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  int failed = ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  if (failed == 0) failed = ::posix_spawn_file_actions_adddup2(&actions, output.fd(), 1);
  if (failed == 0) failed = ::posix_spawn_file_actions_adddup2(&actions, error.fd(), 2);
  std::vector<std::string> copies = words;
  std::vector<char*> arguments;
  for (std::string& word : copies) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t process = 0;
  if (failed == 0) failed = ::posix_spawnp(&process, arguments[0], &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (failed == ENOENT) throw Error("there is no program \"" + words.front() + "\" on PATH: " + what_to_do);
  if (failed != 0) throw Error("cannot start " + words.front() + ": " + std::strerror(failed) + "; " + what_to_do);
  int status = 0;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) continue;
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), output.text(), error.text()};
}

}  // namespace pbt
