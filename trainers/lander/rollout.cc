#include "lander/rollout.h"

namespace pbt::lander {

Rollout collect(VectorEnv& environments, const ActingNetwork& network, std::size_t unroll, Random& random) {
  Rollout rollout;
  rollout.width = environments.size();
  std::vector<Action> actions(rollout.width);
  for (std::size_t t = 0; t < unroll; ++t) {
    for (std::size_t i = 0; i < rollout.width; ++i) {
      const Observation& observation = environments.observations()[i];
      actions[i] = sample(network.logits(observation), random);
      rollout.observations.push_back(observation);
      rollout.actions.push_back(actions[i]);
    }
    for (const Outcome& outcome : environments.step(actions)) {
      rollout.rewards.push_back(outcome.reward);
      rollout.terminated.push_back(outcome.terminated);
      rollout.over.push_back(outcome.over());
      rollout.next.push_back(outcome.observation);
    }
  }
  return rollout;
}

}  // namespace pbt::lander
