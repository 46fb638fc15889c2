#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "checkpoint/memory_storage.h"
#include "pbt/worker.h"
#include "store/memory_store.h"
#include "tests/support/fake_clock.h"

namespace pbt {

/// A toy to train: the weights are one number, which every step raises by the learning rate; its value is the score.
inline Report train_toy(const Assignment& turn, TurnControl&) {
  double theta = turn.weights == Weights::none ? 0 : std::stod(turn.load.read("theta"));
  theta += turn.hyperparameters.real("lr") * static_cast<double>(turn.steps);
  turn.save.write("theta", std::to_string(theta));
  Report report;
  report.step = turn.target_step();
  report.metrics = {{"score", theta}};
  report.in_effect = turn.hyperparameters;
  return report;
}

/// Everything that a worker needs, in memory and on fake time.
class Laboratory : public testing::Test {
 protected:
  Laboratory() {
    experiment_.name = "toy";
    experiment_.population = 4;
    experiment_.interval = 10;
    experiment_.budget.steps = 50;
    experiment_.objective.metric = "score";
    experiment_.space.parameters = {{.name = "lr", .domain = RealRange{1e-3, 1, Scale::log}}};
    experiment_.algorithm.exploit.settings["fraction"] = 0.25;
  }

  /// Call when the experiment is as the test wants it.
  void open() {
    validate(experiment_);
    algorithm_ = make_algorithm(experiment_, builtin_strategies());
    store_ = make_memory_store(experiment_.name, "", experiment_.population, clock_);
    storage_ = make_memory_storage();
  }

  Tools tools(Trainer& trainer) { return {experiment_, *algorithm_, *store_, *storage_, trainer, clock_}; }

  WorkerEnd work(TrainFunction train = train_toy, int resident_max = 0) {
    if (!store_) open();
    const auto trainer = make_function_trainer(std::move(train), resident_max);
    Worker worker(tools(*trainer), {.name = "w" + std::to_string(workers_++), .exit_when_idle = false},
                  [this](const Event& event) { events_.push_back(event); });
    worker_ = &worker;
    return worker.run();
  }

  Population population() { return store_->population(); }
  std::vector<TurnPointer> turns() { return store_->turns(0, 1'000'000); }

  template <typename T>
  std::vector<T> seen() const {
    std::vector<T> found;
    for (const Event& event : events_)
      if (const T* match = std::get_if<T>(&event)) found.push_back(*match);
    return found;
  }

  Experiment experiment_;
  FakeClock clock_;
  std::unique_ptr<Algorithm> algorithm_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<CheckpointStorage> storage_;
  std::vector<Event> events_;
  Worker* worker_ = nullptr;
  int workers_ = 0;
};

}  // namespace pbt
