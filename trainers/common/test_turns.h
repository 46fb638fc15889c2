#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "pbt/assignment.h"

// Turns for the tests of trainers, without a worker.
namespace pbt {

/// Hears of progress, and asks to stop after so many answers.
class ScriptedControl final : public TurnControl {
 public:
  void progress(const Assignment& /*turn*/, std::int64_t step, const Metrics& /*metrics*/) override {
    steps.push_back(step);
  }
  Stop stop_requested() override { return ++asked > answers_before_stop ? stop : Stop::no; }

  std::vector<std::int64_t> steps;
  int asked = 0;
  int answers_before_stop = 0;
  Stop stop = Stop::no;
};

inline Folder memory() { return Folder(std::make_shared<Folder::Files>()); }

/// A member's first turn, saved in memory.
inline Assignment first_turn_of(std::int64_t steps, Hyperparameters hyperparameters) {
  Assignment turn;
  turn.id = "m0.t1.f1";
  turn.seed = 11;
  turn.steps = steps;
  turn.hyperparameters = std::move(hyperparameters);
  turn.save = memory();
  return turn;
}

/// The turn that goes on from `before`, as long and with the same hyperparameters.
inline Assignment next_turn(const Assignment& before, const Report& report, Weights weights) {
  Assignment turn = before;
  turn.id = "m0.t2.f2";
  turn.index = 2;
  turn.seed = 12;
  turn.from_step = report.step;
  turn.weights = weights;
  turn.parent = before.id;
  turn.load = before.save;
  turn.save = memory();
  return turn;
}

/// A first turn that starts from the weights of `before` as from ones that a user brought in: their age counts anew.
inline Assignment imported_turn(const Assignment& before) {
  Assignment turn = before;
  turn.weights = Weights::folder;
  turn.load = before.save;
  turn.save = memory();
  return turn;
}

inline Report train(const TrainFunction& trainer, const Assignment& turn) {
  ScriptedControl control;
  return trainer(turn, control);
}

}  // namespace pbt
