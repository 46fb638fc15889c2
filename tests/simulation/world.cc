#include "tests/simulation/world.h"

#include <fmt/format.h>

#include <algorithm>

namespace pbt::simulation {
namespace {

constexpr std::int64_t beginning_ms = 1'700'000'000'000;

constexpr const char* names[] = {"turn",
                                 "copy",
                                 "start",
                                 "wait",
                                 "stop",
                                 "failure",
                                 "replacement",
                                 "rewind",
                                 "round",
                                 "conflict",
                                 "lease_lost",
                                 "repeated",
                                 "takeover",
                                 "renewal",
                                 "renewal_refused",
                                 "store_crash_before",
                                 "store_crash_after",
                                 "store_error_before",
                                 "store_error_after",
                                 "store_error_late",
                                 "store_stall",
                                 "renewal_twice",
                                 "storage_crash_before",
                                 "storage_crash_torn",
                                 "storage_crash_after",
                                 "storage_error",
                                 "trainer_crash",
                                 "trainer_hang",
                                 "trainer_diverge",
                                 "trainer_lie",
                                 "trainer_overshoot",
                                 "partial_turn",
                                 "abandoned_turn",
                                 "resident_weights",
                                 "kill",
                                 "sigstop",
                                 "power_cut",
                                 "bytes_lost",
                                 "outage",
                                 "disk_full",
                                 "join",
                                 "leave",
                                 "clock_step",
                                 "pause",
                                 "pin",
                                 "inject",
                                 "collection"};
static_assert(std::size(names) == static_cast<std::size_t>(Happened::count));

}  // namespace

const char* name_of(Happened what) { return names[static_cast<std::size_t>(what)]; }

void Process::sleep_until(Time until) {
  check_alive();
  world->scheduler.sleep_until(until);
  while (!dead && stopped_until > world->now()) world->scheduler.sleep_until(stopped_until);
  check_alive();
}

void Process::sleep(Time duration) { sleep_until(world->now() + duration); }

World::World(std::uint64_t seed, const Faults& some_faults) : random{seed, 0x73696d /* "sim" */}, faults(some_faults) {}

void World::start(Process& process, std::function<void()> body) {
  const auto task = scheduler.start([this, &process, body = std::move(body)] {
    try {
      body();
    } catch (const Killed&) {
    }
    process.tasks.erase(scheduler.current());
  });
  process.tasks.insert(task);
}

void World::kill(Process& process) {
  if (tell && !process.dead)
    tell(fmt::format("{:.3f} s: {} is killed", static_cast<double>(now().count()) / 1e9, process.name));
  process.dead = true;
  for (const Scheduler::Task task : process.tasks) scheduler.wake(task);
}

std::vector<Process*> World::living() {
  std::vector<Process*> found;
  for (Process& process : processes)
    if (!process.dead) found.push_back(&process);
  return found;
}

void World::violate(std::string sentence) {
  if (!violation_) violation_ = std::move(sentence);
  for (Process& process : processes) kill(process);
}

void World::record_changed() {
  for (const Scheduler::Task task : waiting_) scheduler.wake(task);
  waiting_.clear();
}

void World::await_change(Process& process, Time at_most) {
  waiting_.push_back(scheduler.current());
  process.sleep_until(at_most);
  std::erase(waiting_, scheduler.current());
}

std::int64_t StoreClock::now_ms() const {
  return beginning_ms + world_.now().count() / 1'000'000 + world_.store_clock_step_ms;
}

}  // namespace pbt::simulation
