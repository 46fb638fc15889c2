#include "lander/config.h"

#include <stdexcept>

namespace pbt::lander {
namespace {

void require(bool holds, const char* name, const char* expected, const Config& config) {
  if (holds) return;
  const Value* value = hyperparameters_from(config).find(name);
  throw std::invalid_argument(std::string("lander: ") + name + " is " + to_string(*value) + ", expected " + expected);
}

}  // namespace

Config config_from(const Hyperparameters& given) {
  Config config;
  const auto take = [&given](const char* name, double& field) {
    if (given.contains(name)) field = given.real(name);
  };
  take("learning_rate", config.learning_rate);
  take("entropy_cost", config.entropy_cost);
  take("clip_range", config.clip_range);
  take("discount", config.discount);
  take("gae_lambda", config.gae_lambda);
  if (given.contains("unroll")) config.unroll = given.integer("unroll");

  require(config.learning_rate >= 0, "learning_rate", "0 or more", config);
  require(config.entropy_cost >= 0, "entropy_cost", "0 or more", config);
  require(config.clip_range > 0, "clip_range", "more than 0", config);
  require(config.discount >= 0 && config.discount <= 1, "discount", "0 to 1", config);
  require(config.gae_lambda >= 0 && config.gae_lambda <= 1, "gae_lambda", "0 to 1", config);
  require(config.unroll >= 1 && config.unroll <= 4096, "unroll", "1 to 4096", config);
  return config;
}

Hyperparameters hyperparameters_from(const Config& config) {
  return {{"learning_rate", config.learning_rate}, {"entropy_cost", config.entropy_cost},
          {"clip_range", config.clip_range},       {"discount", config.discount},
          {"gae_lambda", config.gae_lambda},       {"unroll", config.unroll}};
}

std::vector<std::string> unknown_names(const Hyperparameters& given) {
  const Hyperparameters known = hyperparameters_from(Config{});
  std::vector<std::string> names;
  for (const auto& [name, value] : given)
    if (!known.contains(name)) names.push_back(name);
  return names;
}

}  // namespace pbt::lander
