#include "tests/crash_points/calls.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/crash_points/gate.h"

namespace crash_points {
namespace {

Orders orders;
Tally* tally = nullptr;

bool is_below(const char* path) {
  const std::size_t length = std::strlen(orders.folder);
  return std::strncmp(path, orders.folder, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

/// The path behind a link of /proc; empty when it cannot be told.
void read_link(const char* link, char (&path)[PATH_MAX]) {
  const long length = ::readlink(link, path, sizeof path - 1);
  path[length > 0 ? length : 0] = '\0';
}

void path_of(int descriptor, char (&path)[PATH_MAX]) {
  char link[64];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  read_link(link, path);
}

/// `name`, relative to the folder that `folder` has open, made absolute.
void resolve(int folder, const char* name, char (&path)[PATH_MAX]) {
  path[0] = '\0';
  if (name[0] == '/') {
    std::snprintf(path, sizeof path, "%s", name);
    return;
  }
  char parent[PATH_MAX];
  if (folder == AT_FDCWD)
    read_link("/proc/self/cwd", parent);
  else
    path_of(folder, parent);
  const std::size_t length = std::strlen(parent);
  if (length + std::strlen(name) + 2 > sizeof path) return;
  std::memcpy(path, parent, length);
  path[length] = '/';
  std::strcpy(path + length + 1, name);
}

void note(const char* call, const char* path, long number) {
  char line[PATH_MAX + 128];
  const int length = std::snprintf(line, sizeof line, "%ld %s %s\n", number, call, path + std::strlen(orders.folder));
  const int file = static_cast<int>(syscall(SYS_openat, AT_FDCWD, orders.trace, O_WRONLY | O_APPEND | O_CREAT, 0644));
  syscall(SYS_write, file, line, length);
  syscall(SYS_close, file);
}

Answer meet(const char* call, const char* path, long number, bool takes_room) {
  const bool full = orders.fault == Fault::no_space || orders.fault == Fault::no_space_ever;
  if (full && !takes_room) return {};
  if (tally->struck++ == 0)
    std::snprintf(tally->where, sizeof tally->where, "%s #%ld of %s", call, number, path + std::strlen(orders.folder));
  if (full) return {.error = ENOSPC};
  if (orders.fault == Fault::io_error) return {.error = EIO};
  if (orders.fault == Fault::tear && std::strstr(call, "write") != nullptr) return {.tear = true};
  die();
}

Answer count(const char* call, const char* path, bool takes_room) {
  if (!is_below(path)) return {};
  const int kept = errno;
  const long number = ++tally->calls;
  if (orders.trace[0] != '\0') note(call, path, number);
  const bool now = number == orders.at || (orders.fault == Fault::no_space_ever && number > orders.at);
  const Answer answer = orders.at > 0 && now ? meet(call, path, number, takes_room) : Answer{};
  errno = kept;
  return answer;
}

__attribute__((constructor)) void obey_the_environment() {
  const char* folder = std::getenv("CRASH_POINTS_FOLDER");
  const char* file = std::getenv("CRASH_POINTS_TALLY");
  if (folder == nullptr || file == nullptr) return;
  Orders given;
  std::snprintf(given.folder, sizeof given.folder, "%s", folder);
  if (const char* at = std::getenv("CRASH_POINTS_AT")) given.at = std::atol(at);
  if (const char* fault = std::getenv("CRASH_POINTS_FAULT")) given.fault = static_cast<Fault>(std::atoi(fault));
  if (const char* trace = std::getenv("CRASH_POINTS_TRACE"))
    std::snprintf(given.trace, sizeof given.trace, "%s", trace);
  const int descriptor = static_cast<int>(syscall(SYS_openat, AT_FDCWD, file, O_RDWR | O_CLOEXEC));
  void* shared = mmap(nullptr, sizeof(Tally), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  syscall(SYS_close, descriptor);
  if (shared == MAP_FAILED) {
    std::fprintf(stderr, "crash points: %s cannot be mapped: expected a file of %zu bytes\n", file, sizeof(Tally));
    std::abort();
  }
  obey(given, static_cast<Tally*>(shared));
}

}  // namespace

void obey(const Orders& given, Tally* shared) {
  tally = nullptr;
  orders = given;
  tally = given.folder[0] == '\0' ? nullptr : shared;
}

void die() {
  syscall(SYS_kill, getpid(), SIGKILL);
  for (;;) pause();
}

bool counts_locks() { return tally != nullptr && orders.locks; }

Answer change(const char* call, int folder, const char* path, bool takes_room) {
  if (tally == nullptr || path == nullptr) return {};
  char whole[PATH_MAX];
  resolve(folder, path, whole);
  return count(call, whole, takes_room);
}

Answer change(const char* call, int descriptor, bool takes_room) {
  if (tally == nullptr) return {};
  char path[PATH_MAX];
  path_of(descriptor, path);
  return count(call, path, takes_room);
}

}  // namespace crash_points
