#pragma once

#include <algorithm>
#include <array>
#include <cmath>

#include "rl/classic_control.h"

namespace pbt::rl {

/// Gymnasium's MountainCarContinuous-v0: the car in the valley, pushed by a force in [-1, 1]; 100 for reaching 0.45,
/// less 0.1 times the square of each push, 999 steps at most. As in Gymnasium, the state is kept in single precision.
class MountainCarContinuous {
 public:
  static constexpr int steps_max = 999;
  using State = std::array<double, 2>;  ///< position, velocity

  static Spaces spaces() { return {vector_leaf(2), {{}, {-1}, {1}, false}}; }

  void reset(Random& random) {
    state_ = {random.uniform(-0.6, -0.4), 0.0};
    steps_ = 0;
  }

  Result step(const Action& action, Random& /*random*/) {
    const double push = action.reals[0];
    double velocity = state_[1] + std::clamp(push, -1.0, 1.0) * 0.0015 - 0.0025 * std::cos(3 * state_[0]);
    velocity = std::clamp(velocity, -0.07, 0.07);
    const double position = std::clamp(state_[0] + velocity, -1.2, 0.6);
    if (position == -1.2 && velocity < 0) velocity = 0;
    const bool there = position >= 0.45 && velocity >= 0;
    state_ = {static_cast<float>(position), static_cast<float>(velocity)};
    return {(there ? 100.0 : 0.0) - 0.1 * push * push, there, ++steps_ >= steps_max};
  }

  void observe(Observations& all, std::size_t i) const { write_row(all, i, state_[0], state_[1]); }
  [[nodiscard]] const State& state() const { return state_; }

 private:
  State state_{};
  int steps_ = 0;
};

}  // namespace pbt::rl
