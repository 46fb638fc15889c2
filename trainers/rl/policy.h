#pragma once

#include <ATen/core/Tensor.h>

#include "rl/environment.h"

namespace pbt::rl {

/// Actions of n steps as tensors; undefined where the space has no such parts.
struct ActionTensors {
  at::Tensor choices;  ///< [n, discrete parts], int64
  at::Tensor drawn;    ///< [n, continuous parts], in units of the policy, unclipped
  at::Tensor allowed;  ///< [n, choice_count], 1 where a choice may be taken; undefined unless the space is masked
};

struct Judged {
  at::Tensor log_probabilities;  ///< [n]; a density's where parts are continuous
  at::Tensor entropies;          ///< [n], in nats
};

/// How probable a policy makes the actions. `head` [n, choice_count + continuous parts] as in Output. Each discrete
/// part is drawn from the softmax of its logits, those of choices that are not allowed being -infinity; each continuous
/// part from a normal distribution around its mean, with the deviations whose logarithms are given, [continuous parts].
/// Parts are independent: logarithms and entropies add up.
[[nodiscard]] Judged judge(const ActionSpace& space, const at::Tensor& head, const at::Tensor& log_deviations,
                           const ActionTensors& actions);

}  // namespace pbt::rl
