#pragma once

#include <ATen/core/Tensor.h>

namespace pbt::translation {

/// Means over positions, in nats; scalars on the states' device.
struct Losses {
  at::Tensor smoothed;    ///< what is trained on; differentiable
  at::Tensor likelihood;  ///< minus the log-likelihood of what was expected; its exponential is the perplexity
};

/// The cross entropy of softmax(states matrix^T) with label smoothing (Szegedy et al., 2016): each position's
/// distribution gives `smoothing` to all symbols evenly and the rest to the one expected. `states` is [n, width],
/// `matrix` [vocabulary, width], `expected` [n]. Both steps in one, so that the logits, by far the largest tensor of
/// all, become their own gradient in place.
[[nodiscard]] Losses softmax_loss(const at::Tensor& states, const at::Tensor& matrix, const at::Tensor& expected,
                                  double smoothing);

}  // namespace pbt::translation
