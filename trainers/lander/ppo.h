#pragma once

#include "lander/config.h"
#include "lander/model.h"
#include "lander/rollout.h"

namespace pbt::lander {

/// Means over the minibatches of one update.
struct Losses {
  double policy = 0;
  double value = 0;
  double entropy = 0;  ///< of the policy, in nats; log 4 when it is uniform
};

/// Improves the model by one rollout: proximal policy optimisation with a clipped ratio (Schulman et al., 2017),
///   L = -mean(min(r A, clip(r, 1 - c, 1 + c) A)) + value_cost * mean((V - R)^2) - entropy_cost * entropy,
/// with r = pi(a|s) / pi_old(a|s), A from generalised advantage estimation normalised over the rollout, R = A + V_old.
/// Several epochs of minibatches in an order drawn from `random`; Adam at the model's own learning rate.
Losses improve(Model& model, const Rollout& rollout, const Config& config, Random& random);

}  // namespace pbt::lander
