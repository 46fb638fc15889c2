#pragma once

#include <cstdint>
#include <vector>

#include "common/fields.h"
#include "rl/options.h"

namespace pbt::rl {

/// The hyperparameters of PPO and of feudal networks.
struct Config {
  double learning_rate = 1e-3;
  double entropy_cost = 0.01;
  std::int64_t unroll = 128;  ///< steps of each environment between two updates
  double clip_range = 0.2;
  double discount = 0.995;
  double gae_lambda = 0.95;
  double intrinsic_cost = 0.5;     ///< feudal: the weight alpha of the worker's intrinsic reward
  double manager_discount = 0.99;  ///< feudal: the manager's own
  double value_cost = 0.5;
  std::int64_t epochs = 4;       ///< how often an update goes through a rollout
  std::int64_t minibatch = 512;  ///< steps, about: a rollout is cut into equal parts
  double gradient_norm_max = 0.5;
  double reward_scale = 1;  ///< brings returns near 1, where the value network learns well
};

/// Names and ranges of all of them, the feudal ones last.
[[nodiscard]] const std::vector<trainers::Field<Config>>& fields();

/// Of those that training with this body looks at.
[[nodiscard]] std::vector<trainers::Field<Config>> fields_of(Body body);

}  // namespace pbt::rl
