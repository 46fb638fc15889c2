#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "pbt/clock.h"
#include "pbt/random.h"
#include "tests/simulation/faults.h"
#include "tests/simulation/scheduler.h"

namespace pbt::simulation {

/// Thrown in a process that was killed, so that its stack unwinds. Everything that reaches beyond the process refuses a
/// dead one, so nothing that unwinding does can be seen: to the others it stopped where it stood.
struct Killed {};

/// What came to pass, counted: a simulation in which something never happens has not tried it.
enum class Happened {
  turn,
  copy,
  start,
  wait,
  stop,
  failure,
  replacement,
  rewind,
  round,
  conflict,
  lease_lost,
  repeated,
  takeover,
  renewal,
  renewal_refused,
  store_crash_before,
  store_crash_after,
  store_error_before,
  store_error_after,
  store_error_late,
  store_stall,
  renewal_twice,
  storage_crash_before,
  storage_crash_torn,
  storage_crash_after,
  storage_error,
  trainer_crash,
  trainer_hang,
  trainer_diverge,
  trainer_lie,
  trainer_overshoot,
  partial_turn,
  abandoned_turn,
  resident_weights,
  kill,
  sigstop,
  power_cut,
  bytes_lost,
  outage,
  disk_full,
  join,
  leave,
  clock_step,
  pause,
  pin,
  inject,
  collection,
  count
};
[[nodiscard]] const char* name_of(Happened what);

class World;

/// A process of pbt on some machine: its tasks live and die together.
struct Process {
  World* world = nullptr;
  int host = 0;
  std::string name;          ///< "h1-17", as process_name() has it
  std::int64_t skew_ms = 0;  ///< of its machine's clock
  bool dead = false;         ///< killed, or ended
  Time stopped_until{0};     ///< SIGSTOP
  std::set<Scheduler::Task> tasks;
  std::function<void(bool save)> ask_to_leave;  ///< while it works

  /// For its own tasks: throws Killed when it is dead.
  void check_alive() const {
    if (dead) throw Killed{};
  }
  /// For its own tasks: sleeps, longer when it is stopped meanwhile. Throws Killed when it is killed meanwhile.
  void sleep_until(Time until);
  void sleep(Time duration);
};

/// Time, chance, processes, and the conditions under which they work.
class World {
 public:
  World(std::uint64_t seed, const Faults& faults);

  Scheduler scheduler;
  Random random;
  Faults faults;
  std::deque<Process> processes;  ///< all that ever were, in the order of their birth
  Time database_down_until{0}, disk_full_until{0};
  std::int64_t store_clock_step_ms = 0;
  bool healthy = false;           ///< nothing goes wrong any more
  bool clocks_are_steady = true;  ///< the store's clock has never jumped
  std::array<std::int64_t, static_cast<std::size_t>(Happened::count)> happened{};

  [[nodiscard]] Time now() const { return scheduler.now(); }
  void note(Happened what) { ++happened[static_cast<std::size_t>(what)]; }
  [[nodiscard]] bool chance(double probability) { return probability > 0 && random.bernoulli(probability); }
  [[nodiscard]] Time up_to(Time most) { return Time(random.integer(0, most.count())); }

  /// Starts a task of a process; Killed ends it quietly.
  void start(Process& process, std::function<void()> body);
  void kill(Process& process);
  [[nodiscard]] std::vector<Process*> living();

  /// For people who look for a cause: called with a line of what happens, when it is set.
  std::function<void(const std::string&)> tell;

  /// An invariant does not hold: the first such sentence is kept, and everything stops.
  void violate(std::string sentence);
  [[nodiscard]] const std::optional<std::string>& violation() const { return violation_; }

  // Workers with nothing to do would ask again ten times a second for years. Where nothing can have changed, they need
  // not.
  /// Something in the record has changed: those who wait for that look again.
  void record_changed();
  /// For a task of the process: sleeps until the record changes, or `at_most`.
  void await_change(Process& process, Time at_most);

 private:
  std::vector<Scheduler::Task> waiting_;
  std::optional<std::string> violation_;
};

/// The clock of the record: the true time, but for its jumps.
class StoreClock final : public Clock {
 public:
  explicit StoreClock(const World& world) : world_(world) {}
  [[nodiscard]] std::int64_t now_ms() const override;
  [[nodiscard]] std::chrono::nanoseconds monotonic() const override { return world_.now(); }
  void wait(std::chrono::milliseconds) override {}

 private:
  const World& world_;
};

}  // namespace pbt::simulation
