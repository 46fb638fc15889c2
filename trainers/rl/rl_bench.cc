// What a step costs, one thread, CPU time, so that neighbours count little: {"what", "unit", "per_second"} a line.
// First the lunar lander with its usual agent: physics, acting and learning alone, and all of it as a turn does it.
// Then acting and learning of other networks on recorded observations drawn at random, which bench/trainers/rl.py does
// in PyTorch with the same networks. Usage: rl_bench [seconds for each, default 3]

#include <torch/types.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <limits>

#include "common/one_thread.h"
#include "rl/ppo.h"

namespace {

using namespace pbt::rl;

constexpr std::uint64_t seed = 1;

class Unstopped final : public pbt::TurnControl {
 public:
  void progress(const pbt::Assignment&, std::int64_t, const pbt::Metrics&) override {}
  pbt::Stop stop_requested() override { return pbt::Stop::no; }
};

/// Repeats `work`, which returns the steps that it did, and prints steps a second. Returns the seconds of one step.
double measure(const std::string& what, double seconds, const std::function<std::size_t()>& work) {
  work();  // warms up caches and the allocator
  std::size_t steps = 0;
  const std::clock_t start = std::clock();
  double passed = 0;
  while (passed < seconds) {
    steps += work();
    passed = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  }
  std::printf("{\"what\": \"%s\", \"unit\": \"environment steps\", \"per_second\": %.1f}\n", what.c_str(),
              static_cast<double>(steps) / passed);
  std::fflush(stdout);
  return passed / static_cast<double>(steps);
}

/// Costs nothing: the same recorded observations again and again, episodes of 100 steps.
class Recorded final : public VectorEnvironment {
 public:
  Recorded(Spaces spaces, std::size_t count) : spaces_(std::move(spaces)), count_(count) {
    Random random(seed, Purpose::training);
    const Leaf& leaf = spaces_.observation[0];
    const std::size_t size = count * static_cast<std::size_t>(leaf.size());
    outcomes_.rewards.assign(count, 0.5);
    outcomes_.terminated.assign(count, 0);
    outcomes_.truncated.assign(count, 0);
    Values& values = outcomes_.reached.leaves.emplace_back();
    for (std::size_t i = 0; i < size; ++i) {
      if (leaf.type == Leaf::Type::byte) values.bytes.push_back(static_cast<std::uint8_t>(random.index(256)));
      if (leaf.type == Leaf::Type::real) values.reals.push_back(static_cast<float>(random.uniform(-1, 1)));
    }
  }
  [[nodiscard]] const Spaces& spaces() const override { return spaces_; }
  [[nodiscard]] std::size_t size() const override { return count_; }
  [[nodiscard]] const Observations& observations() const override { return outcomes_.reached; }
  const Outcomes& step(const Actions& /*actions*/) override {
    outcomes_.terminated.assign(count_, static_cast<char>(++steps_ % 100 == 0));
    return outcomes_;
  }
  [[nodiscard]] std::vector<double> take_returns() override { return {}; }

 private:
  Spaces spaces_;
  std::size_t count_;
  std::size_t steps_ = 0;
  Outcomes outcomes_;
};

struct Case {
  const char* name;
  Body body;
  std::int64_t width;
  Leaf leaf;
  std::size_t environments;
  std::int64_t unroll;
  std::int64_t minibatch;
};

Leaf vector_of(std::int64_t size) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  return {"", {size}, Leaf::Type::real, -infinity, infinity};
}

std::size_t act(VectorEnvironment& environments, Actor& actor, const Config& config, Random& random) {
  for (std::int64_t t = 0; t < config.unroll; ++t)
    actor.note(environments.step(actor.act(environments.observations(), random)));
  return environments.size() * static_cast<std::size_t>(config.unroll);
}

void measure_case(const Case& of, double seconds) {
  Options options;
  options.body = of.body;
  options.width = of.width;
  Recorded environments({{of.leaf}, {{4}, {}, {}, false}}, of.environments);
  Model model(options, environments.spaces(), torch::kCPU, seed);
  Random random(seed, Purpose::actions);
  Config config;
  config.unroll = of.unroll;
  config.minibatch = of.minibatch;
  Unstopped control;
  Stopping stopping(control);
  Actor actor(model, environments.size(), Mode::sampled);
  measure(std::string(of.name) + ", acting", seconds, [&] { return act(environments, actor, config, random); });
  measure(std::string(of.name) + ", acting and learning", seconds, [&] {
    const auto rollout = collect(environments, actor, static_cast<std::size_t>(config.unroll), random, stopping);
    improve(model, *rollout, config, random, stopping);
    actor.refresh();
    return rollout->size();
  });
}

void measure_lander(double seconds) {
  const Config config;
  const auto unroll = static_cast<std::size_t>(config.unroll);
  const auto environments = make_environments({"LunarLander-v3", 1, ""}, 16, seed, Purpose::training);
  Model model(Options{}, environments->spaces(), torch::kCPU, seed);
  Random random(seed, Purpose::actions);
  Unstopped control;
  Stopping stopping(control);
  Actor actor(model, environments->size(), Mode::sampled);
  Actions actions;
  actions.choices.resize(environments->size());
  const double physics = measure("lander, physics, actions at random", seconds, [&] {
    for (auto& choice : actions.choices) choice = static_cast<std::int64_t>(random.index(4));
    environments->step(actions);
    return environments->size();
  });
  const auto rollout = collect(*environments, actor, unroll, random, stopping);
  const double acting = measure("lander, acting", seconds, [&] {
    for (std::size_t t = 0; t < unroll; ++t) actor.act(environments->observations(), random);
    return rollout->size();
  });
  const double learning = measure("lander, learning", seconds, [&] {
    improve(model, *rollout, config, random, stopping);
    return rollout->size();
  });
  const double turn = measure("lander, a turn: all three", seconds, [&] {
    improve(model, *collect(*environments, actor, unroll, random, stopping), config, random, stopping);
    actor.refresh();
    return rollout->size();
  });
  std::fprintf(stderr, "a turn takes %.2f times its parts\n", turn / (physics + acting + learning));
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 3;
  pbt::use_one_thread();
  measure_lander(seconds);
  for (const Case& each : {Case{"mlp", Body::mlp, 64, vector_of(8), 16, 128, 512},
                           Case{"recurrent", Body::recurrent, 128, vector_of(8), 16, 64, 256},
                           Case{"feudal", Body::feudal, 128, vector_of(8), 16, 64, 256},
                           Case{"conv", Body::conv, 512, {"", {4, 84, 84}, Leaf::Type::byte, 0, 255}, 8, 32, 64}})
    measure_case(each, seconds);
  return 0;
}
