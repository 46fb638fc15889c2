#include "rl/config.h"

#include <limits>

namespace pbt::rl {

const std::vector<trainers::Field<Config>>& fields() {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  static const std::vector<trainers::Field<Config>> all = {
      {"learning_rate", &Config::learning_rate, 0, infinity, "Adam's"},
      {"entropy_cost", &Config::entropy_cost, 0, infinity, "weight of the policy's entropy in the loss"},
      {"unroll", &Config::unroll, 1, 4096, "steps of each environment between two updates"},
      {"clip_range", &Config::clip_range, 1e-9, infinity, "how far PPO lets a probability ratio go from 1"},
      {"discount", &Config::discount, 0, 1, "of rewards, a step"},
      {"gae_lambda", &Config::gae_lambda, 0, 1, "of generalised advantage estimation"},
      {"value_cost", &Config::value_cost, 0, infinity, "weight of the squared value error in the loss"},
      {"epochs", &Config::epochs, 1, 1000, "how often an update goes through a rollout"},
      {"minibatch", &Config::minibatch, 1, 1e9, "steps in a minibatch, about"},
      {"gradient_norm_max", &Config::gradient_norm_max, 1e-9, infinity, "gradients are scaled down to this norm"},
      {"reward_scale", &Config::reward_scale, 0, infinity, "what rewards are multiplied by"},
      {"intrinsic_cost", &Config::intrinsic_cost, 0, infinity, "feudal: weight of the intrinsic reward"},
      {"manager_discount", &Config::manager_discount, 0, 1, "feudal: the manager's discount"}};
  return all;
}

std::vector<trainers::Field<Config>> fields_of(Body body) {
  constexpr std::ptrdiff_t feudal = 2;
  return {fields().begin(), body == Body::feudal ? fields().end() : fields().end() - feudal};
}

}  // namespace pbt::rl
