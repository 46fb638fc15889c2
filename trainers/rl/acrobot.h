#pragma once

#include <algorithm>
#include <array>
#include <cmath>

#include "rl/classic_control.h"

namespace pbt::rl {

/// Gymnasium's Acrobot-v1 (Sutton, 1996; the equations of Sutton and Barto's book): two links hang from a joint; a
/// torque of -1, 0 or 1 Nm (choices 0 to 2) between them is to swing the lower one's end one length above the joint; -1
/// a step until then, 500 steps at most. Runge-Kutta of fourth order at 0.2 s.
class Acrobot {
 public:
  static constexpr int steps_max = 500;
  using State = std::array<double, 4>;  ///< angles of both joints (rad, 0 hangs), their angular velocities

  static Spaces spaces() { return {vector_leaf(6), {{3}, {}, {}, false}}; }

  void reset(Random& random) {
    for (double& value : state_) value = static_cast<float>(random.uniform(-0.1, 0.1));
    steps_ = 0;
  }

  Result step(const Action& action, Random& /*random*/) {
    constexpr double step_s = 0.2;
    const double torque = static_cast<double>(action.choices[0] - 1);
    const State first = change(state_, torque);
    const State second = change(moved(step_s / 2, first), torque);
    const State third = change(moved(step_s / 2, second), torque);
    const State fourth = change(moved(step_s, third), torque);
    for (std::size_t k = 0; k < state_.size(); ++k)
      state_[k] += step_s / 6 * (first[k] + 2 * second[k] + 2 * third[k] + fourth[k]);
    state_ = {wrapped(state_[0]), wrapped(state_[1]), std::clamp(state_[2], -4 * pi, 4 * pi),
              std::clamp(state_[3], -9 * pi, 9 * pi)};
    const bool high = -std::cos(state_[0]) - std::cos(state_[1] + state_[0]) > 1;
    return {high ? 0.0 : -1.0, high, ++steps_ >= steps_max};
  }

  void observe(Observations& all, std::size_t i) const {
    write_row(all, i, std::cos(state_[0]), std::sin(state_[0]), std::cos(state_[1]), std::sin(state_[1]), state_[2],
              state_[3]);
  }
  [[nodiscard]] const State& state() const { return state_; }

 private:
  static constexpr double pi = 3.141592653589793;

  static double wrapped(double angle) {
    while (angle > pi) angle -= 2 * pi;
    while (angle < -pi) angle += 2 * pi;
    return angle;
  }

  [[nodiscard]] State moved(double by, const State& change) const {
    State result = state_;
    for (std::size_t k = 0; k < result.size(); ++k) result[k] += by * change[k];
    return result;
  }

  /// The derivative of the state. Links of 1 m, 1 kg and a moment of inertia of 1, centres of mass in their middles.
  static State change(const State& state, double torque) {
    constexpr double gravity = 9.8, centre = 0.5, moment = 1;
    const auto& [angle1, angle2, turn1, turn2] = state;
    const double cosine = std::cos(angle2), sine = std::sin(angle2);
    const double d1 = centre * centre + (1 + centre * centre + 2 * centre * cosine) + moment + moment;
    const double d2 = (centre * centre + centre * cosine) + moment;
    const double phi2 = centre * gravity * std::cos(angle1 + angle2 - pi / 2);
    const double phi1 = -centre * (turn2 * turn2) * sine - 2 * centre * turn2 * turn1 * sine +
                        (centre + 1) * gravity * std::cos(angle1 - pi / 2) + phi2;
    const double turning2 =
        (torque + d2 / d1 * phi1 - centre * (turn1 * turn1) * sine - phi2) / (centre * centre + moment - d2 * d2 / d1);
    return {turn1, turn2, -(d2 * turning2 + phi1) / d1, turning2};
  }

  State state_{};
  int steps_ = 0;
};

}  // namespace pbt::rl
