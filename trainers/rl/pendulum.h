#pragma once

#include <algorithm>
#include <array>
#include <cmath>

#include "rl/classic_control.h"

namespace pbt::rl {

/// Gymnasium's Pendulum-v1: swing a pendulum up and hold it there by a torque in [-2, 2] Nm, too weak to lift it at
/// once; each step costs angle^2 + 0.1 turn^2 + 0.001 torque^2, 200 steps.
class Pendulum {
 public:
  static constexpr int steps_max = 200;
  using State = std::array<double, 2>;  ///< angle (rad, 0 is upright), angular velocity

  static Spaces spaces() { return {vector_leaf(3), {{}, {-2}, {2}, false}}; }

  void reset(Random& random) {
    const double angle = random.uniform(-pi, pi);
    state_ = {angle, random.uniform(-1, 1)};
    steps_ = 0;
  }

  Result step(const Action& action, Random& /*random*/) {
    constexpr double step_s = 0.05, gravity = 10;
    auto& [angle, turn] = state_;
    const double torque = std::clamp<double>(action.reals[0], -2, 2);
    const double away = angle + pi - 2 * pi * std::floor((angle + pi) / (2 * pi)) - pi;  // in [-pi, pi)
    const double cost = away * away + 0.1 * (turn * turn) + 0.001 * (torque * torque);
    turn = std::clamp(turn + (3 * gravity / 2 * std::sin(angle) + 3.0 * torque) * step_s, -8.0, 8.0);
    angle += turn * step_s;
    return {-cost, false, ++steps_ >= steps_max};
  }

  void observe(Observations& all, std::size_t i) const {
    write_row(all, i, std::cos(state_[0]), std::sin(state_[0]), state_[1]);
  }
  [[nodiscard]] const State& state() const { return state_; }

 private:
  static constexpr double pi = 3.141592653589793;

  State state_{};
  int steps_ = 0;
};

}  // namespace pbt::rl
