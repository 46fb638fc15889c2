#include "tests/simulation/scheduler.h"

#include <algorithm>

namespace pbt::simulation {

Scheduler::Task Scheduler::start(std::function<void()> body) {
  const Task task = ++last_;
  tasks_.emplace(task, Sleeper{std::make_unique<Fibre>(std::move(body))});
  enqueue(now_, task);
  return task;
}

void Scheduler::sleep_until(Time until) {
  enqueue(std::max(until, now_), current_);
  Fibre::suspend();
}

void Scheduler::wake(Task task) {
  if (task != current_ && tasks_.contains(task)) enqueue(now_, task);
}

void Scheduler::enqueue(Time at, Task task) { queue_.push({at, ++order_, task, ++tasks_.at(task).waits}); }

void Scheduler::drop_void_entries() {
  while (!queue_.empty()) {
    const auto found = tasks_.find(queue_.top().task);
    if (found != tasks_.end() && found->second.waits == queue_.top().waits) return;
    queue_.pop();
  }
}

bool Scheduler::step() {
  drop_void_entries();
  if (next() == Time::max()) return false;
  const Entry entry = queue_.top();
  queue_.pop();
  now_ = entry.at;
  ++steps_;
  Fibre& fibre = *tasks_.at(entry.task).fibre;
  current_ = entry.task;
  fibre.resume();
  current_ = nobody;
  if (fibre.ended()) tasks_.erase(entry.task);
  drop_void_entries();
  return true;
}

}  // namespace pbt::simulation
