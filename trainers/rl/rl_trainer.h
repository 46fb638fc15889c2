#pragma once

#include <cstdint>
#include <vector>

#include "pbt/assignment.h"
#include "rl/options.h"

namespace pbt {

/// Trains an agent by proximal policy optimisation (rl/ppo.h) in an environment of its options; one step is one step of
/// one environment. The function keeps the weights of its last turn in memory (resident_max 1). It serves one thread;
/// make one for each.
///
/// Hyperparameters, all optional: rl/config.cc names them and their ranges. Rewards of native environments, whose
/// returns are in the hundreds, are scaled by 0.01 unless reward_scale says otherwise. Metrics: `episode_return`, the
/// mean over `samples`, whole episodes played greedily on seeds apart from training's, NaN where the weights diverged;
/// `training_return`, the mean over the episodes that ended in training (absent where none did); `policy_loss`,
/// `value_loss` and `entropy` of the last update; of a feudal body also `manager_loss` and `intrinsic_reward`.
///
/// A turn throws std::invalid_argument, before it trains, where there is no such environment, the body cannot read what
/// it shows, or a hyperparameter is out of its range.
[[nodiscard]] TrainFunction make_rl_trainer(const rl::Options& options);

/// The hyperparameters of a member that is trained by hand, and their defaults for these options.
[[nodiscard]] Hyperparameters default_hyperparameters(const rl::Options& options);

/// The returns of `episodes` episodes played greedily by a checkpoint, on streams that no turn draws from, whatever its
/// seed. Of `options` the interpreter, the device and the number of environments count; the checkpoint says the rest.
[[nodiscard]] std::vector<double> examine_agent(const Folder& checkpoint, const rl::Options& options, int episodes,
                                                std::uint64_t seed);

}  // namespace pbt
