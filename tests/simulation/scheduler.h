#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <queue>
#include <unordered_map>
#include <vector>

#include "tests/simulation/fibre.h"

namespace pbt::simulation {

/// Virtual time since the simulation began.
using Time = std::chrono::nanoseconds;

/// Runs fibres in the order of virtual time; those of one moment in the order in which they began to wait for it. Time
/// jumps from one to the next, so a year in which little happens takes little. The same calls give the same order.
class Scheduler {
 public:
  using Task = std::uint64_t;  ///< names a task; never used again
  static constexpr Task nobody = 0;

  [[nodiscard]] Time now() const { return now_; }
  [[nodiscard]] Task current() const { return current_; }  ///< nobody: outside of all tasks
  /// A new task, which begins at the present moment, after those that were to run then.
  Task start(std::function<void()> body);
  /// From inside a task: goes on at `until` (at once, after others, when that is past; Time::max(): never), or when it
  /// is woken.
  void sleep_until(Time until);
  /// Lets a task that sleeps go on now. Does nothing to one that has ended.
  void wake(Task task);
  /// Runs the next task until it sleeps or ends. False when there is none, or all wait to be woken.
  bool step();
  /// When the next task runs; Time::max() when there is none.
  [[nodiscard]] Time next() const { return queue_.empty() ? Time::max() : queue_.top().at; }
  [[nodiscard]] std::int64_t steps() const { return steps_; }

 private:
  struct Sleeper {
    std::unique_ptr<Fibre> fibre;
    std::uint64_t waits = 0;  ///< how often it began to sleep: an entry of the queue that is older is void
  };
  struct Entry {
    Time at;
    std::uint64_t order;
    Task task;
    std::uint64_t waits;
    bool operator<(const Entry& other) const { return at != other.at ? at > other.at : order > other.order; }
  };

  void enqueue(Time at, Task task);
  void drop_void_entries();

  std::priority_queue<Entry> queue_;
  std::unordered_map<Task, Sleeper> tasks_;
  Time now_{0};
  Task current_ = nobody, last_ = nobody;
  std::uint64_t order_ = 0;
  std::int64_t steps_ = 0;
};

}  // namespace pbt::simulation
