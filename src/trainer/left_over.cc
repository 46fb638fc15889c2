#include "trainer/left_over.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "pbt/error.h"
#include "trainer/guard.h"
#include "trainer/process_table.h"

namespace pbt {
namespace {

namespace fs = std::filesystem;

constexpr const char* folder_prefix = "pbt-";

/// Tells boots and process-id namespaces (containers) apart: a process id means something only within one of each.
std::string machine() {
  char host[256] = "host";
  (void)::gethostname(host, sizeof host - 1);
  std::string boot;
  std::ifstream("/proc/sys/kernel/random/boot_id") >> boot;
  struct stat space{};
  (void)::stat("/proc/self/ns/pid", &space);
  const std::size_t tag = std::hash<std::string>{}(boot + std::to_string(space.st_ino)) & 0xffff;
  char text[8];
  std::snprintf(text, sizeof text, "%04zx", tag);
  return std::string(host) + "." + text;
}

std::string temporary_base() {
  const char* base = std::getenv("TMPDIR");
  return base != nullptr && *base == '/' ? base : "/tmp";
}

// The guard of a pbt that has died kills all below it, and ends. Nobody would look after them if it were killed before
// it is done, so it is waited for; one that stands still is no help. False when it can neither end nor be killed.
bool end_guard(pid_t guard) {
  constexpr std::chrono::seconds limit{1};
  const Descriptor pidfd = open_process(guard);
  if (!pidfd.open() || wait_for_end(pidfd, limit) || !is_guard(guard)) return true;
  return ::kill(guard, SIGKILL) == 0;
}

void kill_orphans() {
  // Until none is found: whoever is killed may just have started another.
  while (true) {
    std::vector<MarkedProcess> found = processes_with_variable(guard_variable);
    std::erase_if(found, [](const MarkedProcess& process) { return !is_dead_here(process.value); });
    bool guard_ended = false;
    for (const MarkedProcess& process : found) guard_ended |= is_guard(process.pid) && end_guard(process.pid);
    if (guard_ended) continue;
    bool killed = false;
    for (const MarkedProcess& process : found) killed |= ::kill(process.pid, SIGKILL) == 0;
    if (!killed) return;
  }
}

void remove_folders(const fs::path& base) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(base, ignored)) {
    const std::string name = entry.path().filename();
    struct stat about{};
    if (!name.starts_with(folder_prefix) || !is_dead_here(name.substr(std::strlen(folder_prefix)))) continue;
    if (::lstat(entry.path().c_str(), &about) != 0 || !S_ISDIR(about.st_mode) || about.st_uid != ::geteuid()) continue;
    fs::remove_all(entry.path(), ignored);
  }
}

}  // namespace

std::string process_name() { return machine() + "-" + std::to_string(::getpid()); }

bool is_dead_here(const std::string& name) {
  const std::string here = machine() + "-";
  int pid = 0;
  if (!name.starts_with(here) || std::sscanf(name.c_str() + here.size(), "%d", &pid) != 1) return false;
  return !fs::exists("/proc/" + std::to_string(pid));
}

fs::path make_temporary_folder(std::size_t length_max) {
  const std::string name = folder_prefix + process_name() + "-XXXXXX";
  std::string path = temporary_base() + "/" + name;
  if (path.size() > length_max) path = "/tmp/" + name;
  if (::mkdtemp(path.data()) == nullptr) throw Error("cannot make a folder " + path + ": " + std::strerror(errno));
  return path;
}

void remove_left_over() {
  kill_orphans();
  remove_folders(temporary_base());
  if (temporary_base() != "/tmp") remove_folders("/tmp");
}

}  // namespace pbt
