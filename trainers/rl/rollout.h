#pragma once

#include <optional>
#include <vector>

#include "rl/actor.h"
#include "rl/stopping.h"

namespace pbt::rl {

/// What a policy did in some steps of each environment. All vectors and observations have a row for each: step after
/// step, `width` environments in each.
struct Rollout {
  /// What a network says of the state that a row led to, where no row of the rollout shows it: at the end of the
  /// rollout, and where an episode was cut off.
  struct Ahead {
    std::size_t row;
    float value;
    float manager_value;
    float intrinsic;
  };

  std::size_t width = 0;
  Observations seen;
  std::vector<std::int64_t> choices;
  std::vector<float> drawn;  ///< continuous parts, before they were clipped and scaled
  std::vector<double> rewards;
  std::vector<char> over;  ///< terminated or truncated
  std::vector<Ahead> ahead;
  std::vector<float> begins;  ///< 1 where an episode begins
  Memory memory;              ///< before the first step, of networks that have one
  std::vector<Output> said;   ///< by the network, of each step; empty where the policy acted in plain loops

  [[nodiscard]] std::size_t size() const { return rewards.size(); }
  [[nodiscard]] std::size_t steps() const { return size() / width; }
};

/// Lets the actor act for `unroll` steps. Nothing where the turn is to stop before that is done.
[[nodiscard]] std::optional<Rollout> collect(VectorEnvironment& environments, Actor& actor, std::size_t unroll,
                                             Random& random, Stopping& stopping);

}  // namespace pbt::rl
