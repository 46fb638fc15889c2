#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <nlohmann/json.hpp>
#include <numeric>

#include "common/alone.h"
#include "common/one_thread.h"
#include "pbt/client.h"
#include "rl/config.h"
#include "rl/rl_trainer.h"

namespace {

struct Arguments {
  pbt::rl::Options options;
  std::string body = "mlp";
  pbt::trainers::AloneOptions alone{1'000'000, 50'000, 1, ""};
  std::vector<std::string> given;  ///< NAME=VALUE of hyperparameters
  std::string evaluate;
  int episodes = 100;
};

void add_agent_options(CLI::App& app, Arguments& arguments) {
  pbt::rl::Options& options = arguments.options;
  app.add_option("--environment", options.environment.name,
                 "a native one by its Gymnasium name, or gymnasium:NAME, atari:GAME, vizdoom:NAME, deepmind_lab:LEVEL, "
                 "starcraft2:MAP through Python")
      ->capture_default_str();
  app.add_option("--environments", options.environments, "environments side by side")
      ->capture_default_str()
      ->check(CLI::Range(1, 4096));
  app.add_option("--body", arguments.body, "mlp, conv, recurrent or feudal")->capture_default_str();
  app.add_option("--width", options.width, "units of a hidden layer; 0: 64 of an mlp, 512 of conv, else 128")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  app.add_option("--device", options.device, "auto (a GPU where there is one, but the CPU for an mlp), cpu or cuda:N")
      ->capture_default_str();
  app.add_option("--frame-stack", options.environment.frame_stack,
                 "latest observations seen at once; 0: 4 of atari: and vizdoom:, else 1")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  app.add_flag("--normalise-observations", options.normalise_observations, "by their running mean and deviation");
  app.add_flag("--normalise-rewards", options.normalise_rewards, "by the running deviation of returns");
  app.add_option("--evaluation-episodes", options.evaluation_episodes, "episodes that a turn's score is the mean of")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_option("--python", options.environment.python,
                 "interpreter whose packages environments use; default: that of $VIRTUAL_ENV, else the system's");
}

void add_hand_options(CLI::App& app, Arguments& arguments) {
  pbt::trainers::add_options(app, arguments.alone);
  app.add_option("--set", arguments.given, "hyperparameters of a member trained by hand, NAME=VALUE")
      ->check([](const std::string& text) {
        return text.find('=') == std::string::npos ? "expected NAME=VALUE, not " + text : std::string();
      });
  app.add_option("--evaluate", arguments.evaluate,
                 "play a checkpoint's folder instead, on episodes never seen in training")
      ->check(CLI::ExistingDirectory);
  app.add_option("--episodes", arguments.episodes, "episodes to evaluate")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  const pbt::Hyperparameters defaults = pbt::trainers::hyperparameters_from(pbt::rl::fields(), pbt::rl::Config{});
  std::string names = "Hyperparameters, and their defaults:\n";
  for (const auto& field : pbt::rl::fields())
    names +=
        std::string("  ") + field.name + " = " + pbt::to_string(*defaults.find(field.name)) + ": " + field.help + "\n";
  app.footer(names + "Environments written in C++ have a reward_scale of 0.01, unless rewards are normalised.\n");
}

/// The defaults, overridden by what --set says.
pbt::Hyperparameters hyperparameters_of(const Arguments& arguments) {
  pbt::Hyperparameters values = pbt::default_hyperparameters(arguments.options);
  for (const std::string& text : arguments.given) {
    const std::size_t equals = text.find('=');
    const std::string name = text.substr(0, equals), number = text.substr(equals + 1);
    char* end = nullptr;
    const double value = std::strtod(number.c_str(), &end);
    if (!values.contains(name)) throw std::invalid_argument("--set: there is no hyperparameter \"" + name + "\"");
    if (number.empty() || *end != '\0')
      throw std::invalid_argument("--set: " + name + " is \"" + number + "\", expected a number");
    values.set(name, pbt::Value(value));
  }
  return values;
}

int evaluate(const Arguments& arguments) {
  const auto path = std::filesystem::absolute(arguments.evaluate);
  const auto returns = pbt::examine_agent(pbt::Folder(path), arguments.options, arguments.episodes,
                                          static_cast<std::uint64_t>(arguments.alone.seed));
  const double mean = std::accumulate(returns.begin(), returns.end(), 0.0) / static_cast<double>(returns.size());
  const nlohmann::json result{{"episodes", arguments.episodes}, {"mean", mean}, {"returns", returns}};
  std::printf("%s\n", result.dump().c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) try {
  pbt::use_one_thread();
  Arguments arguments;
  CLI::App app{
      "Reinforcement learning by PPO: a session trainer of pbt; without a worker it trains one member, or evaluates "
      "one."};
  add_agent_options(app, arguments);
  add_hand_options(app, arguments);
  CLI11_PARSE(app, argc, argv);
  arguments.options.body = pbt::rl::body_from(arguments.body);

  if (pbt::started_by_worker()) return pbt::serve(pbt::make_rl_trainer(arguments.options));
  if (!arguments.evaluate.empty()) return evaluate(arguments);
  pbt::trainers::train_in_turns(pbt::make_rl_trainer(arguments.options), hyperparameters_of(arguments),
                                arguments.alone);
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "rl: %s\n", error.what());
  return 1;
}
