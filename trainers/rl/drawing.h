#pragma once

#include <vector>

#include "rl/environment.h"

namespace pbt::rl {

using trainers::Random;

/// Whether actions are drawn from the policy's probabilities, or are its most probable ones.
enum class Mode { sampled, greedy };

/// A policy for one environment: what its network's head says. The logits of all discrete parts side by side, then the
/// mean of each continuous part, in units in which the bounds are -1 and 1.
struct Head {
  const float* outputs;         ///< ActionSpace::choice_count() logits, then a mean for each continuous part
  const std::uint8_t* allowed;  ///< 1 for each choice that may be taken; null: all may
  const float* deviations;      ///< of each continuous part
};

/// Chooses one environment's action into `choices` and `reals`: of each discrete part a choice from the softmax of its
/// allowed logits (greedy: the first of the most probable), of each continuous part a number from the normal
/// distribution (greedy: its mean), not yet clipped. A choice that is not allowed is never taken, NaN logits or not.
void draw(const ActionSpace& space, const Head& head, Mode mode, Random& random, std::int64_t* choices, float* reals);

/// What an environment takes for the `drawn` numbers of its continuous parts, any number of rows of them: clipped to
/// [-1, 1], then scaled to the bounds.
[[nodiscard]] std::vector<float> within_bounds(const ActionSpace& space, const std::vector<float>& drawn);

}  // namespace pbt::rl
