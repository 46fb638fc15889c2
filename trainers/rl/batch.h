#pragma once

#include <vector>

#include "rl/config.h"
#include "rl/policy.h"
#include "rl/rollout.h"

namespace pbt::rl {

/// What the manager of a feudal network learns from, a row a step.
struct ManagerBatch {
  torch::Tensor goals;       ///< [rows, width], as they were set
  torch::Tensor directions;  ///< [rows, width]: s_{t+c} - s_t, or less far where the episode or the rollout ends before
  torch::Tensor counts;      ///< [rows]: 1 where there is a direction, 0 at an episode's or the rollout's last step
  torch::Tensor cosines;     ///< [rows], of goals and directions
  torch::Tensor advantages;  ///< [rows], normalised
  torch::Tensor returns;     ///< [rows]
};

/// A rollout as the loss needs it, a row a step, on the model's device. Views of the rollout, which outlives it.
struct Batch {
  std::int64_t steps = 0;
  std::int64_t width = 0;  ///< environments
  std::vector<torch::Tensor> leaves;
  ActionTensors actions;
  torch::Tensor log_probabilities;  ///< [rows], when the policy acted
  torch::Tensor advantages;         ///< [rows], normalised over the rollout
  torch::Tensor returns;            ///< [rows], advantages as they were + values when the policy acted
  torch::Tensor begins;             ///< [steps, width], on the CPU
  Memory memory;                    ///< before the first step
  ManagerBatch manager;             ///< of a feudal network alone
  double intrinsic = 0;             ///< mean intrinsic reward
};

/// Advantages by generalised advantage estimation (gae.h). A feudal worker's rewards are those of the environment and
/// Config::intrinsic_cost times the intrinsic reward of the state that follows.
[[nodiscard]] Batch prepare(Model& model, const Rollout& rollout, const Config& config);

}  // namespace pbt::rl
