#include "worker/resume.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "checkpoint/collect.h"
#include "worker/record.h"

namespace pbt {
namespace {

/// Tells boots and process-id namespaces (containers) apart: a process id means something only within one of each.
std::string machine() {
  char host[256] = "host";
  (void)::gethostname(host, sizeof host - 1);
  std::string boot;
  std::ifstream("/proc/sys/kernel/random/boot_id") >> boot;
  struct stat space {};
  (void)::stat("/proc/self/ns/pid", &space);
  const std::size_t tag = std::hash<std::string>{}(boot + std::to_string(space.st_ino)) & 0xffff;
  char text[8];
  std::snprintf(text, sizeof text, "%04zx", tag);
  return std::string(host) + "." + text;
}

}  // namespace

int resume(const Experiment& experiment, const Algorithm& algorithm, Store& store) {
  const Population population = store.population(algorithm.history_turns());
  Decide commit;
  for (const Member& member : population.members) {
    if (member.state != MemberState::stopped) continue;
    Decision decision = decide(experiment, algorithm, population, {member.id, member.turns}, member.next->revision + 1,
                               population.sequence, /*attempt=*/0);
    if (decision.kind != DecisionKind::stop) commit.decisions.push_back(std::move(decision));
  }
  // A conflict means that somebody else is doing the same.
  if (!commit.decisions.empty()) (void)store.commit(commit);
  const RunState state = store.status().state;
  const bool over = state == RunState::done || state == RunState::failed;
  const Population now = store.population();
  if (over && !why_done(experiment, now)) store.control(SetState{RunState::running, ""});
  // Whoever recorded the last turn may have died before it said that all is done.
  if (state == RunState::running && now.finished()) store.control(SetState{RunState::done, *why_done(experiment, now)});
  return static_cast<int>(commit.decisions.size());
}

std::string process_name() { return machine() + "-" + std::to_string(::getpid()); }

bool is_dead_here(const std::string& worker) {
  const std::string here = machine() + "-";
  int pid = 0;
  if (!worker.starts_with(here) || std::sscanf(worker.c_str() + here.size(), "%d", &pid) != 1) return false;
  return !std::filesystem::exists("/proc/" + std::to_string(pid));
}

int release_leases_of(const std::function<bool(const std::string& worker)>& is_dead, Store& store) {
  Release release;
  for (const Member& member : store.population().members)
    if (!member.worker.empty() && is_dead(member.worker)) release.leases.push_back({member, member.worker});
  if (!release.leases.empty()) (void)store.commit(release);
  return static_cast<int>(release.leases.size());
}

void take_up(const Experiment& experiment, const Algorithm& algorithm, Store& store, CheckpointStorage& storage,
             const std::function<bool(const std::string& worker)>& is_dead) {
  (void)release_leases_of(is_dead, store);
  (void)remove_orphans(store, storage);
  (void)resume(experiment, algorithm, store);
}

}  // namespace pbt
