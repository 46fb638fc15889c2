#include "pbt/pool.h"

#include <algorithm>
#include <thread>

#include "pbt/error.h"

namespace pbt {

using std::chrono::milliseconds;

Pool::Pool(const Experiment& experiment, const Algorithm& algorithm, Store& store, CheckpointStorage& storage,
           Clock& clock, TrainerFactory make_trainer, PoolOptions options, Listener listener)
    : experiment_(experiment),
      algorithm_(algorithm),
      store_(store),
      storage_(storage),
      clock_(clock),
      make_trainer_(std::move(make_trainer)),
      options_(std::move(options)),
      listener_(std::move(listener)) {}

WorkerEnd Pool::run(const std::function<void()>& each_tick) {
  std::vector<std::jthread> threads;
  for (int index = 0; index < options_.workers; ++index) threads.emplace_back([this, index] { work(index); });
  const milliseconds pause = std::min(milliseconds(200), options_.lease / 10);
  std::string said;
  std::unique_lock lock(mutex_);
  while (!ended_.wait_for(lock, pause, [this] { return ended_count_ == options_.workers; })) {
    for (Worker* worker : running_) {
      try {
        worker->tick();
      } catch (const StoreError& error) {
        // While a store is away this happens a few times a second, in the same words.
        if (said != error.what()) listener_(Noted{std::string("a lease could not be renewed: ") + error.what()});
        said = error.what();
      }
    }
    lock.unlock();
    each_tick();
    lock.lock();
  }
  lock.unlock();
  threads.clear();  // joins
  if (error_) std::rethrow_exception(error_);
  return end_;
}

void Pool::request_stop(Stop how) {
  const std::lock_guard lock(mutex_);
  stop_ = std::max(stop_, how);
  for (Worker* worker : running_) worker->request_stop(how);
}

void Pool::drain() {
  const std::lock_guard lock(mutex_);
  draining_ = true;
  for (Worker* worker : running_) worker->drain();
}

void Pool::work(int index) {
  const std::string name = options_.name + "-" + std::to_string(index);
  WorkerEnd end = WorkerEnd::stopped;
  std::exception_ptr error;
  try {
    const std::unique_ptr<Trainer> trainer = make_trainer_(index, name);
    Worker worker({experiment_, algorithm_, store_, storage_, *trainer, clock_},
                  {name, options_.lease, options_.exit_when_idle, options_.wait_most}, listener_);
    {
      const std::lock_guard lock(mutex_);
      running_.push_back(&worker);
      worker.request_stop(stop_);
      if (draining_) worker.drain();
    }
    try {
      end = worker.run();
    } catch (...) {
      error = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    std::erase(running_, &worker);
  } catch (...) {
    error = std::current_exception();
  }
  if (error) request_stop(Stop::save);
  const std::lock_guard lock(mutex_);
  if (error && !error_) error_ = error;
  end_ = end;
  ++ended_count_;
  ended_.notify_all();
}

}  // namespace pbt
