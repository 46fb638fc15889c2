// What a step costs, side by side in one run: physics alone, the policy network alone, learning alone, and all of it as
// a turn does it. One thread; CPU time, so that neighbours count little. Usage: lander_bench [seconds for each, default
// 3]

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>

#include "common/one_thread.h"
#include "lander/ppo.h"

namespace {

using namespace pbt::lander;

constexpr std::uint64_t seed = 1;

/// Repeats `work`, which returns the steps that it did, and prints steps a second. Returns the microseconds of one
/// step.
double measure(const char* name, double seconds, const std::function<std::size_t()>& work) {
  work();  // warms up caches and the allocator
  std::size_t steps = 0;
  const std::clock_t start = std::clock();
  double passed = 0;
  while (passed < seconds) {
    steps += work();
    passed = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  }
  const double microseconds = 1e6 * passed / static_cast<double>(steps);
  std::printf("%-34s %10.0f steps/s %8.2f us/step\n", name, static_cast<double>(steps) / passed, microseconds);
  return microseconds;
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 3;
  pbt::use_one_thread();
  const Config config;
  const auto unroll = static_cast<std::size_t>(config.unroll);
  Model model(seed);
  VectorEnv environments(environment_count, seed, Purpose::training);
  Random random(seed, Purpose::actions);

  std::vector<Action> actions(environment_count);
  const double physics = measure("physics, actions at random", seconds, [&] {
    for (auto& action : actions) action = static_cast<Action>(random.index(action_count));
    environments.step(actions);
    return environments.size();
  });
  const Rollout rollout = collect(environments, model.acting_network(), unroll, random);
  const double acting = measure("acting", seconds, [&, network = model.acting_network()] {
    for (std::size_t i = 0; i < rollout.size(); ++i)
      actions[0] = sample(network.logits(rollout.observations[i]), random);
    return rollout.size();
  });
  const double learning = measure("learning", seconds, [&] {
    improve(model, rollout, config, random);
    return rollout.size();
  });
  const double turn = measure("a turn: all three", seconds, [&] {
    improve(model, collect(environments, model.acting_network(), unroll, random), config, random);
    return environment_count * unroll;
  });
  std::printf("a turn takes %.2f times its parts\n", turn / (physics + acting + learning));
  return 0;
}
