#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "pbt/algorithm.h"
#include "pbt/checkpoint.h"
#include "pbt/clock.h"
#include "pbt/store.h"
#include "pbt/trainer.h"

namespace pbt {

// What a worker tells of its work, for tables and logs.
struct TurnStarted {
  TurnKey turn;
  std::string worker;
};
struct TurnProgressed {
  TurnKey turn;
  std::int64_t step = 0;
  Metrics metrics;
};
struct TurnRecorded {
  Turn turn;
  std::optional<Decision> decision;
};
struct TurnFailed {
  Failure failure;
  std::optional<Decision> replacement;
};
/// Outside their own turns: a synchronous round, or waits that ended.
struct MembersDecided {
  std::vector<Decision> decisions;
};
struct Noted {
  std::string text;  ///< a warning or a piece of news, for people
};
using Event = std::variant<TurnStarted, TurnProgressed, TurnRecorded, TurnFailed, MembersDecided, Noted>;

/// Called on the worker's own thread; several workers may share one listener, which then must be thread-safe.
using Listener = std::function<void(const Event&)>;

/// Everything that a turn is taken with. All must outlive the worker; `trainer` belongs to one worker alone.
struct Tools {
  const Experiment& experiment;
  const Algorithm& algorithm;
  Store& store;
  CheckpointStorage& storage;
  Trainer& trainer;
  Clock& clock;
};

enum class WorkerEnd {
  finished,  ///< the experiment is done (or failed: the store says)
  paused,    ///< the experiment is paused, and it was asked to leave when idle
  idle,      ///< nothing to do now, and it was asked to leave when idle
  stopped,   ///< asked to stop
};

struct WorkerOptions {
  std::string name;  ///< unique among the workers of the experiment
  std::chrono::milliseconds lease{60'000};
  bool exit_when_idle = false;
  std::chrono::milliseconds wait_most{100};  ///< between two looks for something to do
};

/// Takes turns until the experiment ends: leases members, trains them, records, collects garbage, decides synchronous
/// rounds. run() belongs to one thread; tick(), request_stop() and drain() may be called from any.
class Worker {
 public:
  Worker(Tools tools, WorkerOptions options, Listener listener = [](const Event&) {});
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Throws StoreError and StorageError when the record or the bytes stay out of reach; leases are given back where
  /// possible.
  [[nodiscard]] WorkerEnd run();
  /// Keeps the current leases: call it every second or so, from any thread, while run() is busy.
  void tick();
  /// Ends run() soon: `save` records what is trained so far, `abandon` gives the turns back. Never weakens an earlier
  /// request.
  void request_stop(Stop how);
  /// Ends run() when the turns that are being trained are recorded.
  void drain() { draining_ = true; }

 private:
  class Control;
  class LeaseKeeper;

  void end_when_out_of_time();
  [[nodiscard]] std::vector<Lease> acquire();
  void take(const std::vector<Lease>& leases);
  void tidy_up(const std::vector<Event>& events);
  [[nodiscard]] std::optional<WorkerEnd> experiment_end();

  Tools tools_;
  WorkerOptions options_;
  Listener listener_;
  std::unique_ptr<LeaseKeeper> keeper_;
  std::atomic<Stop> stop_{Stop::no};
  std::atomic<bool> draining_{false};
};

}  // namespace pbt
