#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pbt/value.h"

namespace pbt::lander {

// What is not tuned.
constexpr std::size_t environment_count = 16;
constexpr std::size_t minibatch_size = 512;  // about: a rollout is cut into equal parts
constexpr int epoch_count = 4;
constexpr double reward_scale = 0.01;  // brings returns near 1, where the value network learns well
constexpr double value_cost = 0.5;
constexpr double gradient_norm_max = 0.5;
constexpr int evaluation_episodes = 20;

/// The hyperparameters of PPO that are tuned.
struct Config {
  double learning_rate = 1e-3;
  double entropy_cost = 0.01;
  double clip_range = 0.2;
  double discount = 0.995;
  double gae_lambda = 0.95;
  std::int64_t unroll = 128;  ///< steps of each environment between two updates
};

/// The defaults, overridden by what is given. Throws std::invalid_argument for a value that PPO cannot use.
[[nodiscard]] Config config_from(const Hyperparameters& given);
[[nodiscard]] Hyperparameters hyperparameters_from(const Config& config);
/// The names in `given` that this trainer does not know.
[[nodiscard]] std::vector<std::string> unknown_names(const Hyperparameters& given);

}  // namespace pbt::lander
