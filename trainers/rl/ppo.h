#pragma once

#include "rl/batch.h"

namespace pbt::rl {

/// Means over the minibatches of one update.
struct Losses {
  double policy = 0;
  double value = 0;
  double entropy = 0;    ///< of the policy, in nats; log 4 when it is uniform over 4 choices
  double manager = 0;    ///< feudal: of the manager's goals
  double intrinsic = 0;  ///< feudal: mean intrinsic reward
};

/// Improves the model by one rollout: proximal policy optimisation with a clipped ratio (Schulman et al., 2017),
///   L = -mean(min(r A, clip(r, 1 - c, 1 + c) A)) + value_cost * mean((V - R)^2) - entropy_cost * entropy,
/// with r = pi(a|s) / pi_old(a|s), A from generalised advantage estimation normalised over the rollout, R = A + V_old.
/// Several epochs of minibatches in an order drawn from `random`; Adam at the model's own learning rate. A network with
/// memory learns from whole environments' sequences, from the memory that they began with.
///
/// A feudal network's worker learns so from A of rewards with the intrinsic ones. Its manager's transition policy is,
/// as in the paper, a von Mises-Fisher distribution of s_{t+c} - s_t around g_t; instead of one step along its
/// gradient, A^M grad cos(s_{t+c} - s_t, g_t), several are taken here, and so its ratio is clipped like the worker's:
///   r^M = exp(cos(d_t, g_t) - cos(d_t, g_t,old)), d_t = s_{t+c} - s_t of when it acted,
/// whose gradient at the first step is the paper's. Its value has a loss of its own. The horizon ends where the episode
/// or the rollout does.
///
/// Ends early, between two minibatches, where the turn is to stop.
Losses improve(Model& model, const Rollout& rollout, const Config& config, Random& random, Stopping& stopping);

}  // namespace pbt::rl
