#pragma once

#include <torch/nn/module.h>
#include <torch/nn/modules/linear.h>

#include <vector>

#include "rl/encoder.h"
#include "rl/feudal.h"
#include "rl/output.h"

namespace pbt::rl {

/// An agent's network: an actor and a critic on what a body makes of the observations (encoder.h).
///   mlp        a body each for the actor and the critic, which share nothing
///   conv       one body for both
///   recurrent  one body and an LSTM for both
///   feudal     one body for a manager and a worker (feudal.h)
struct Network : torch::nn::Module {
  /// Weights are drawn from `random`. Throws std::invalid_argument where the body cannot read the observations.
  Network(const Spaces& spaces, Body body, std::int64_t width, Random random);

  /// T steps of n environments: each leaf is [T * n, shape...], step after step. `begins` [T, n], float and on the CPU,
  /// is 1 where an episode begins, and with it an empty memory. `memory` is what n environments remember before the
  /// first step, and is replaced by what they do after the last. A feudal worker follows `goals` [T * n, width] where
  /// they are defined. Answers have T * n rows.
  [[nodiscard]] Output forward(const std::vector<torch::Tensor>& leaves, const torch::Tensor& begins, Memory& memory,
                               const torch::Tensor& goals = {});
  /// What n environments remember when their episodes begin.
  [[nodiscard]] Memory new_memory(std::int64_t n) const;
  [[nodiscard]] bool has_memory() const { return lstm != nullptr || feudal != nullptr; }

  std::shared_ptr<Encoder> encoder, value_encoder;
  torch::nn::Linear policy_head{nullptr}, value_head{nullptr};
  std::shared_ptr<Lstm> lstm;
  std::shared_ptr<Feudal> feudal;
  /// Logarithms of the deviations of continuous actions, [continuous parts]; not a function of the observation.
  torch::Tensor log_deviations;

 private:
  [[nodiscard]] Output with_heads(const torch::Tensor& policy_features, const torch::Tensor& value_features);
};

/// The rows of all steps, one after another.
[[nodiscard]] Output joined(const std::vector<Output>& steps);

}  // namespace pbt::rl
