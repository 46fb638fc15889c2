#pragma once

#include <algorithm>
#include <array>
#include <cmath>

#include "rl/classic_control.h"

namespace pbt::rl {

/// Gymnasium's MountainCar-v0 (Moore, 1990): a car in a valley, too weak for the hill on the right, pushes left (0),
/// not at all (1) or right (2); -1 a step until it is at 0.5, 200 steps at most.
class MountainCar {
 public:
  static constexpr int steps_max = 200;
  using State = std::array<double, 2>;  ///< position, velocity

  static Spaces spaces() { return {vector_leaf(2), {{3}, {}, {}, false}}; }

  void reset(Random& random) {
    state_ = {random.uniform(-0.6, -0.4), 0.0};
    steps_ = 0;
  }

  Result step(const Action& action, Random& /*random*/) {
    auto& [position, velocity] = state_;
    velocity += static_cast<double>(action.choices[0] - 1) * 0.001 + std::cos(3 * position) * -0.0025;
    velocity = std::clamp(velocity, -0.07, 0.07);
    position = std::clamp(position + velocity, -1.2, 0.6);
    if (position == -1.2 && velocity < 0) velocity = 0;
    return {-1.0, position >= 0.5 && velocity >= 0, ++steps_ >= steps_max};
  }

  void observe(Observations& all, std::size_t i) const { write_row(all, i, state_[0], state_[1]); }
  [[nodiscard]] const State& state() const { return state_; }

 private:
  State state_{};
  int steps_ = 0;
};

}  // namespace pbt::rl
