#pragma once

#include <cstdint>
#include <vector>

#include "pbt/assignment.h"

namespace pbt {

/// Trains LunarLander with PPO; one step is one environment step. The function keeps the weights of its last turn in
/// memory (resident_max 1). It serves one thread; make one for each.
///
/// Hyperparameters (all optional, see lander/config.h): learning_rate, entropy_cost, clip_range, discount, gae_lambda,
/// unroll. Metrics: `episode_return`, the mean over `samples`, 20 episodes played greedily on seeds apart from
/// training's, NaN where the weights diverged; `training_return`, the mean over the episodes that ended in training
/// (absent where none did); `policy_loss`, `value_loss` and `entropy` of the last update.
[[nodiscard]] TrainFunction make_lander_trainer();

/// The returns of `episodes` episodes played greedily by a checkpoint, on streams that no turn draws from, whatever its
/// seed.
[[nodiscard]] std::vector<double> examine_lander(const Folder& checkpoint, int episodes, std::uint64_t seed);

}  // namespace pbt
