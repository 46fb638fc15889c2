#pragma once

#include <array>
#include <cmath>

#include "rl/classic_control.h"

namespace pbt::rl {

/// Gymnasium's CartPole-v1 (Barto, Sutton and Anderson, 1983): push a cart left (0) or right (1) so that the pole on it
/// stays up; 1 a step, 500 steps at most. Euler's method at 0.02 s.
class CartPole {
 public:
  static constexpr int steps_max = 500;
  using State = std::array<double, 4>;  ///< position (m), velocity, angle (rad), angular velocity

  static Spaces spaces() { return {vector_leaf(4), {{2}, {}, {}, false}}; }

  void reset(Random& random) {
    for (double& value : state_) value = random.uniform(-0.05, 0.05);
    steps_ = 0;
  }

  Result step(const Action& action, Random& /*random*/) {
    constexpr double gravity = 9.8, pole_mass = 0.1, mass = 1.1, half_length = 0.5, step_s = 0.02;
    constexpr double pole_moment = pole_mass * half_length;
    auto& [x, speed, angle, turn] = state_;
    const double force = action.choices[0] == 1 ? 10.0 : -10.0;
    const double cosine = std::cos(angle), sine = std::sin(angle);
    const double push = (force + pole_moment * (turn * turn) * sine) / mass;
    const double turning =
        (gravity * sine - cosine * push) / (half_length * (4.0 / 3.0 - pole_mass * (cosine * cosine) / mass));
    const double speeding = push - pole_moment * turning * cosine / mass;
    x += step_s * speed;
    speed += step_s * speeding;
    angle += step_s * turn;
    turn += step_s * turning;
    constexpr double angle_max = 12 * 2 * 3.141592653589793 / 360;
    return {1.0, std::abs(x) > 2.4 || std::abs(angle) > angle_max, ++steps_ >= steps_max};
  }

  void observe(Observations& all, std::size_t i) const {
    write_row(all, i, state_[0], state_[1], state_[2], state_[3]);
  }
  [[nodiscard]] const State& state() const { return state_; }

 private:
  State state_{};
  int steps_ = 0;
};

}  // namespace pbt::rl
