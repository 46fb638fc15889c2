#include "tests/crash_points/child.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <new>
#include <stdexcept>

#include "pbt/error.h"

namespace crash_points {
namespace {

constexpr unsigned patience_s = 120;

[[noreturn]] void be_the_child(const Orders& orders, Tally& tally, const std::function<std::string()>& say, int pipe) {
  alarm(patience_s);
  obey(orders, &tally);
  Ending ending;
  try {
    ending.text = say();
  } catch (const pbt::Error& error) {
    ending = {Ending::refused, error.what()};
  } catch (const std::exception& error) {
    ending = {Ending::broken, error.what()};
  }
  obey({}, nullptr);
  const char* bytes = ending.text.data();
  for (std::size_t left = ending.text.size(); left > 0;) {
    const ssize_t written = write(pipe, bytes, left);
    if (written <= 0) break;
    bytes += written;
    left -= static_cast<std::size_t>(written);
  }
  _exit(ending.how);
}

}  // namespace

Ending in_child(const Orders& orders, Tally& tally, const std::function<std::string()>& say) {
  tally.calls = 0;
  tally.struck = 0;
  std::strcpy(tally.where, "nothing");
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("no pipe");
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("no process can be forked");
  if (child == 0) be_the_child(orders, tally, say, ends[1]);
  close(ends[1]);
  Ending ending;
  char buffer[4096];
  for (ssize_t got = 0; (got = read(ends[0], buffer, sizeof buffer)) > 0;)
    ending.text.append(buffer, static_cast<std::size_t>(got));
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) {
    ending.how = WTERMSIG(status) == SIGKILL ? Ending::died : Ending::broken;
    if (ending.how == Ending::broken) ending.text += "ended by signal " + std::to_string(WTERMSIG(status));
  } else {
    ending.how = static_cast<decltype(ending.how)>(WEXITSTATUS(status));
  }
  return ending;
}

Tally& shared_tally() {
  void* memory = mmap(nullptr, sizeof(Tally), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::runtime_error("no shared memory");
  return *new (memory) Tally{};
}

}  // namespace crash_points
