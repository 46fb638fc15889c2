#pragma once

#include <array>
#include <memory>

#include "common/random.h"

class b2World;
class b2Body;

namespace pbt::rl::lander {

using trainers::Purpose;
using trainers::Random;

constexpr int observation_size = 8;
constexpr int action_count = 4;
/// An episode is cut off (truncated, not ended) after this many steps.
constexpr int steps_max = 1000;

/// Position x and y (the pad is at 0, 0; the window's edge at |x| = 1), velocity x and y, angle (rad, left is
/// positive), angular velocity, and whether each leg touches the ground (0 or 1).
using Observation = std::array<float, observation_size>;

enum class Action { nothing = 0, left_engine = 1, main_engine = 2, right_engine = 3 };

/// How an episode begins; heights and lengths in metres, force in newtons, for one time step.
struct Start {
  static constexpr int height_count = 12;
  std::array<double, height_count>
      heights{};       ///< of the terrain, in [0, window height / 2]; those of the pad are ignored
  double force_x = 0;  ///< in [-1000, 1000]
  double force_y = 0;
};

/// Where an engine's push misses its nozzle: along and across the lander's axis, each in [-1, 1].
struct Dispersion {
  double along = 0;
  double across = 0;
};

/// What a step led to.
struct Outcome {
  Observation observation{};
  double reward = 0;
  bool terminated = false;  ///< crashed, left the window, or came to rest
  bool truncated = false;   ///< the episode's last step by the limit of steps
  [[nodiscard]] bool over() const { return terminated || truncated; }
};

/// The lunar lander of Gymnasium ("LunarLander-v3", discrete actions, no wind) on Box2D 2.4: same terrain, bodies,
/// engines, observation, reward and termination. Gymnasium's Box2D is 2.3, whose joint solver differs in rounding and
/// in the order of limit and motor; trajectories agree closely in the air, and returns in distribution (see
/// lunar_lander_test.cc).
class LunarLander {
 public:
  LunarLander();
  ~LunarLander();
  LunarLander(LunarLander&&) noexcept;
  LunarLander& operator=(LunarLander&&) noexcept;

  /// Begins an episode drawn from `random`; returns its first observation.
  Observation reset(Random& random);
  /// Begins the episode that `start` describes. As in Gymnasium, one step without engines is taken on the way.
  Observation reset(const Start& start);

  /// Takes one step of 1/50 s. Call it between a reset and the episode's end.
  Outcome step(Action action, Random& random);
  Outcome step(Action action, const Dispersion& dispersion);

 private:
  struct Contacts;

  Observation observe();
  void fire_main_engine(const Dispersion& dispersion);
  void fire_side_engine(int direction, const Dispersion& dispersion);

  std::unique_ptr<Contacts> contacts_;
  std::unique_ptr<b2World> world_;
  b2Body* lander_ = nullptr;  // owned by the world
  int steps_done_ = 0;
  std::array<double, observation_size> state_{};  // the observation before it is rounded to float
  double shaping_ = 0;
};

/// Gymnasium's heuristic controller for this task: lands about nine times in ten.
[[nodiscard]] Action heuristic_action(const Observation& observation);

}  // namespace pbt::rl::lander
