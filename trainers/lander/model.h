#pragma once

#include <torch/nn/module.h>
#include <torch/nn/modules/linear.h>
#include <torch/optim/adam.h>

#include <cstdint>

#include "lander/acting.h"

namespace pbt::lander {

/// Two networks that share nothing, each with two hidden layers of tanh.
struct Networks : torch::nn::Module {
  explicit Networks(Random random);
  /// [n, observation_size] -> logits [n, action_count]
  [[nodiscard]] torch::Tensor policy(const torch::Tensor& observations);
  /// [n, observation_size] -> [n]
  [[nodiscard]] torch::Tensor value(const torch::Tensor& observations);

  torch::nn::Linear policy_first, policy_second, policy_head;
  torch::nn::Linear value_first, value_second, value_head;
};

/// All that a member's training continues from.
struct Model {
  explicit Model(std::uint64_t seed);

  [[nodiscard]] double learning_rate();  ///< as the optimiser has it
  void set_learning_rate(double rate);
  [[nodiscard]] ActingNetwork acting_network() const;
  [[nodiscard]] bool finite() const;  ///< no weight is NaN or infinite

  Networks networks;
  torch::optim::Adam optimiser;
  std::int64_t step = 0;  ///< environment steps trained so far
};

}  // namespace pbt::lander
