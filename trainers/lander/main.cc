#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <nlohmann/json.hpp>
#include <numeric>

#include "common/one_thread.h"
#include "lander/config.h"
#include "lander/lander_trainer.h"
#include "pbt/client.h"

namespace {

struct Options {
  std::int64_t steps = 1'000'000;
  std::int64_t turn_steps = 50'000;
  std::int64_t seed = 1;
  std::string save;
  pbt::lander::Config config;
  std::string evaluate;
  int episodes = 100;
};

/// One member without an engine, in turns that continue one another.
int train_alone(const Options& options) {
  const auto train = pbt::make_lander_trainer();
  const bool keep = !options.save.empty();
  if (keep) std::filesystem::create_directories(options.save);
  pbt::Assignment turn;
  turn.hyperparameters = pbt::lander::hyperparameters_from(options.config);
  turn.save =
      keep ? pbt::Folder(std::filesystem::absolute(options.save)) : pbt::Folder(std::make_shared<pbt::Folder::Files>());
  while (turn.from_step < options.steps) {
    turn.id = "turn " + std::to_string(turn.index);
    turn.seed = options.seed + turn.index;
    turn.steps = std::min(options.turn_steps, options.steps - turn.from_step);
    const pbt::Report report = pbt::train_alone(train, turn);
    std::printf("step %8lld", static_cast<long long>(report.step));
    for (const auto& [name, value] : report.metrics) std::printf("  %s %.3f", name.c_str(), value);
    std::printf("\n");
    std::fflush(stdout);
    turn.weights = pbt::Weights::resident;
    turn.parent = turn.id;
    turn.load = turn.save;
    turn.from_step = report.step;
    ++turn.index;
  }
  return 0;
}

int evaluate(const Options& options) {
  const auto path = std::filesystem::absolute(options.evaluate);
  const auto returns =
      pbt::examine_lander(pbt::Folder(path), options.episodes, static_cast<std::uint64_t>(options.seed));
  const double mean = std::accumulate(returns.begin(), returns.end(), 0.0) / static_cast<double>(returns.size());
  const nlohmann::json result{{"episodes", options.episodes}, {"mean", mean}, {"returns", returns}};
  std::printf("%s\n", result.dump().c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) try {
  pbt::use_one_thread();
  if (pbt::started_by_worker()) return pbt::serve(pbt::make_lander_trainer());

  Options options;
  CLI::App app{
      "LunarLander by PPO: a session trainer of pbt; without a worker it trains one member, or evaluates one."};
  app.add_option("--steps", options.steps, "environment steps to train")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_option("--turn-steps", options.turn_steps, "steps between two evaluations")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_option("--seed", options.seed, "seed of the training, or of the evaluation")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  app.add_option("--save", options.save, "folder for the checkpoint");
  app.add_option("--learning-rate", options.config.learning_rate)->capture_default_str();
  app.add_option("--entropy-cost", options.config.entropy_cost)->capture_default_str();
  app.add_option("--clip-range", options.config.clip_range)->capture_default_str();
  app.add_option("--discount", options.config.discount)->capture_default_str();
  app.add_option("--gae-lambda", options.config.gae_lambda)->capture_default_str();
  app.add_option("--unroll", options.config.unroll, "steps of each environment between two updates")
      ->capture_default_str();
  app.add_option("--evaluate", options.evaluate,
                 "play a checkpoint's folder instead, on episodes never seen in training")
      ->check(CLI::ExistingDirectory);
  app.add_option("--episodes", options.episodes, "episodes to evaluate")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  CLI11_PARSE(app, argc, argv);
  return options.evaluate.empty() ? train_alone(options) : evaluate(options);
} catch (const std::exception& error) {
  std::fprintf(stderr, "lander: %s\n", error.what());
  return 1;
}
