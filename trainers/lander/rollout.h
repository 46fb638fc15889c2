#pragma once

#include <vector>

#include "lander/acting.h"
#include "lander/vector_env.h"

namespace pbt::lander {

/// What a policy did in `unroll` steps of each environment: step after step, `width` environments in each.
struct Rollout {
  std::size_t width = 0;
  std::vector<Observation> observations;
  std::vector<Action> actions;
  std::vector<double> rewards;
  std::vector<char> terminated;
  std::vector<char> over;         ///< terminated or truncated
  std::vector<Observation> next;  ///< what each action led to, before any reset
  [[nodiscard]] std::size_t size() const { return actions.size(); }
};

/// Lets the network act for `unroll` steps, with actions drawn from its probabilities.
[[nodiscard]] Rollout collect(VectorEnv& environments, const ActingNetwork& network, std::size_t unroll,
                              Random& random);

}  // namespace pbt::lander
