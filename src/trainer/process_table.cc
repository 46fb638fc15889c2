#include "trainer/process_table.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace pbt {
namespace {

// Calls visit(pid) for every process. Processes come and go meanwhile.
template <class Visit>
void for_each_process(const Visit& visit) {
  DIR* proc = ::opendir("/proc");
  if (proc == nullptr) return;
  while (const dirent* entry = ::readdir(proc)) {
    char* end = nullptr;
    const long pid = std::strtol(entry->d_name, &end, 10);
    if (pid > 0 && *end == '\0') visit(static_cast<pid_t>(pid));
  }
  ::closedir(proc);
}

// Up to `bytes_max` bytes of /proc/PID/NAME; empty when the process has gone or is not ours.
std::string read_file(pid_t pid, const char* name, std::size_t bytes_max) {
  char path[64];
  std::snprintf(path, sizeof path, "/proc/%d/%s", static_cast<int>(pid), name);
  const Descriptor file(::open(path, O_RDONLY | O_CLOEXEC));
  std::string text;
  char chunk[4096];
  while (file.open() && text.size() < bytes_max) {
    const ssize_t got = ::read(file.get(), chunk, sizeof chunk);
    if (got <= 0) break;
    text.append(chunk, static_cast<std::size_t>(got));
  }
  return text;
}

// 0 when the process has gone.
pid_t parent_of(pid_t pid) {
  const std::string stat = read_file(pid, "stat", 4096);
  // "PID (NAME) STATE PPID ...", where NAME may hold anything, parentheses too.
  const std::size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos || name_end + 4 > stat.size()) return 0;
  return static_cast<pid_t>(std::strtol(stat.c_str() + name_end + 4, nullptr, 10));
}

}  // namespace

std::vector<pid_t> descendants_of(pid_t ancestor) {
  std::vector<std::pair<pid_t, pid_t>> parents;  // (parent, process)
  for_each_process([&](pid_t pid) { parents.emplace_back(parent_of(pid), pid); });
  std::sort(parents.begin(), parents.end());
  std::vector<pid_t> result;
  const auto add_children = [&](pid_t parent) {
    const auto first = std::lower_bound(parents.begin(), parents.end(), std::pair<pid_t, pid_t>(parent, 0));
    for (auto p = first; p != parents.end() && p->first == parent; ++p) result.push_back(p->second);
  };
  add_children(ancestor);
  // A number may be reused while we look; the bound keeps even a circle from running on.
  for (std::size_t i = 0; i < result.size() && result.size() <= parents.size(); ++i) add_children(result[i]);
  return result;
}

std::vector<pid_t> processes_with_environment(const std::string& entry) {
  const std::size_t equals = entry.find('=');
  std::vector<pid_t> result;
  for (const MarkedProcess& process : processes_with_variable(entry.substr(0, equals)))
    if (process.value == entry.substr(equals + 1)) result.push_back(process.pid);
  return result;
}

std::vector<MarkedProcess> processes_with_variable(const std::string& name) {
  std::vector<MarkedProcess> result;
  for_each_process([&](pid_t pid) {
    const std::string environment = '\0' + read_file(pid, "environ", std::size_t{4} << 20U) + '\0';
    const std::string start = '\0' + name + '=';
    const std::size_t at = environment.find(start);
    if (at == std::string::npos) return;
    const std::size_t value = at + start.size();
    result.push_back({pid, environment.substr(value, environment.find('\0', value) - value)});
  });
  return result;
}

bool is_guard(pid_t pid) {
  const std::string command = read_file(pid, "cmdline", 4096);
  return command.find(std::string("\0guard\0", 7)) == command.find('\0') && !command.empty();
}

// glibc 2.36's <sys/pidfd.h> lacks extern "C", and older ones have none.
Descriptor open_process(pid_t pid) { return Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0U))); }

bool wait_for_end(const Descriptor& pidfd, std::chrono::milliseconds limit) {
  pollfd waits{pidfd.get(), POLLIN, 0};
  return ::poll(&waits, 1, static_cast<int>(limit.count())) > 0;
}

}  // namespace pbt
