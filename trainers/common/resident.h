#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "pbt/assignment.h"

namespace pbt::trainers {

/// The model of the last turn that ended well, kept in memory for the next one (resident_max 1). `Model` has a member
/// `step`: the age of its weights.
template <class Model>
class Resident {
 public:
  /// The model that `turn` starts from: made anew by `make()`, kept from the last turn, or read by `load(folder)`.
  /// Nothing stays resident until keep(). Weights that were brought in, which no turn has made, count their age from
  /// the turn's start. Throws std::runtime_error where others are of another age than the turn expects.
  template <class Make, class Load>
  [[nodiscard]] std::unique_ptr<Model> take(const Assignment& turn, const Make& make, const Load& load) {
    const std::string kept_turn = std::exchange(turn_, {});
    std::unique_ptr<Model> kept = std::exchange(model_, nullptr);
    if (turn.weights == Weights::none) return make();
    const bool in_memory = turn.weights == Weights::resident && kept && kept_turn == turn.parent;
    std::unique_ptr<Model> model = in_memory ? std::move(kept) : load(turn.load);
    if (turn.parent.empty()) model->step = turn.from_step;
    if (model->step != turn.from_step)
      throw std::runtime_error("the weights of " + turn.parent + " are " + std::to_string(model->step) +
                               " steps old, and the turn expects " + std::to_string(turn.from_step));
    return model;
  }

  void keep(std::string turn, std::unique_ptr<Model> model) {
    turn_ = std::move(turn);
    model_ = std::move(model);
  }

 private:
  std::string turn_;
  std::unique_ptr<Model> model_;
};

}  // namespace pbt::trainers
