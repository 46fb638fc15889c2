#include "common/alone.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "pbt/client.h"

namespace pbt::trainers {

void add_options(CLI::App& app, AloneOptions& options) {
  app.add_option("--steps", options.steps, "steps to train")->capture_default_str()->check(CLI::PositiveNumber);
  app.add_option("--turn-steps", options.turn_steps, "steps between two evaluations")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_option("--seed", options.seed, "seed of the training, or of the evaluation")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  app.add_option("--save", options.save, "folder for the checkpoint");
}

void train_in_turns(const TrainFunction& train, const Hyperparameters& hyperparameters, const AloneOptions& options) {
  if (!options.save.empty()) std::filesystem::create_directories(options.save);
  Assignment turn;
  turn.hyperparameters = hyperparameters;
  turn.save = options.save.empty() ? Folder(std::make_shared<Folder::Files>())
                                   : Folder(std::filesystem::absolute(options.save));
  while (turn.from_step < options.steps) {
    turn.id = "turn " + std::to_string(turn.index);
    turn.seed = options.seed + turn.index;
    turn.steps = std::min(options.turn_steps, options.steps - turn.from_step);
    const Report report = train_alone(train, turn);
    std::printf("step %8lld", static_cast<long long>(report.step));
    for (const auto& [name, value] : report.metrics) std::printf("  %s %.4g", name.c_str(), value);
    std::printf("\n");
    std::fflush(stdout);
    turn.weights = Weights::resident;
    turn.parent = turn.id;
    turn.load = turn.save;
    turn.from_step = report.step;
    ++turn.index;
  }
}

}  // namespace pbt::trainers
