#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "pbt/worker.h"

namespace pbt {

struct PoolOptions {
  int workers = 1;
  std::string name;  ///< worker i is called "<name>-<i>"
  std::chrono::milliseconds lease{60'000};
  bool exit_when_idle = false;
  std::chrono::milliseconds wait_most{100};  ///< between two looks of a worker for something to do
};

/// Makes the trainer of worker `index` (from 0), on that worker's own thread.
using TrainerFactory = std::function<std::unique_ptr<Trainer>(int index, const std::string& worker)>;

/// Workers on threads of this process, and the thread that keeps their leases. All references must outlive it.
class Pool {
 public:
  Pool(const Experiment& experiment, const Algorithm& algorithm, Store& store, CheckpointStorage& storage, Clock& clock,
       TrainerFactory make_trainer, PoolOptions options, Listener listener);

  /// Runs until every worker has ended; keeps their leases meanwhile. `each_tick` is called on this thread a few times
  /// a second. Rethrows the first error of a worker, after the others have saved and ended.
  [[nodiscard]] WorkerEnd run(const std::function<void()>& each_tick = [] {});
  /// Any thread; before or during run().
  void request_stop(Stop how);
  /// Lets the workers end when the turns that they train are recorded. Any thread; before or during run().
  void drain();

 private:
  void work(int index);

  const Experiment& experiment_;
  const Algorithm& algorithm_;
  Store& store_;
  CheckpointStorage& storage_;
  Clock& clock_;
  TrainerFactory make_trainer_;
  PoolOptions options_;
  Listener listener_;

  std::mutex mutex_;
  std::condition_variable ended_;
  std::vector<Worker*> running_;
  int ended_count_ = 0;
  Stop stop_ = Stop::no;
  bool draining_ = false;
  WorkerEnd end_ = WorkerEnd::idle;
  std::exception_ptr error_;
};

}  // namespace pbt
