#include "rl/rl_trainer.h"

#include <ATen/Context.h>

#include <limits>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "common/device.h"
#include "common/one_thread.h"
#include "common/resident.h"
#include "rl/evaluation.h"
#include "rl/ppo.h"

namespace pbt {
namespace rl {
namespace {

using Resident = trainers::Resident<Model>;

double mean(const std::vector<double>& values) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

Config defaults_for(const Options& options) {
  Config config;
  const bool is_native = !options.make && options.environment.name.find(':') == std::string::npos;
  if (is_native && !options.normalise_rewards) config.reward_scale = 0.01;
  return config;
}

torch::Device device_for(const Options& options) {
  const bool stays = options.device == "auto" && options.body == Body::mlp;
  const torch::Device device = stays ? torch::Device(torch::kCPU) : trainers::device_from(options.device);
  if (device.is_cuda()) at::globalContext().setDeterministicCuDNN(true);  // the same seed repeats
  return device;
}

struct Training {
  Losses losses;
  std::vector<double> returns;
};

NormaliseOptions normalisations(const Options& options, const Config& config) {
  return {options.normalise_observations, options.normalise_rewards, /*learn=*/true, config.discount};
}

Training train(Model& model, std::unique_ptr<VectorEnvironment> environments, const Assignment& turn,
               const Config& config, TurnControl& control, Stopping& stopping) {
  environments = normalise(std::move(environments), model.normaliser, normalisations(model.options, config));
  const auto seed = static_cast<std::uint64_t>(turn.seed);
  Random actions(seed, Purpose::actions);
  Random minibatches(seed, Purpose::minibatches);
  Actor actor(model, environments->size(), Mode::sampled);
  Training training;
  while (model.step < turn.target_step()) {
    const auto rollout = collect(*environments, actor, static_cast<std::size_t>(config.unroll), actions, stopping);
    if (!rollout) break;
    training.losses = improve(model, *rollout, config, minibatches, stopping);
    actor.refresh();
    const auto returns = environments->take_returns();
    training.returns.insert(training.returns.end(), returns.begin(), returns.end());
    Metrics metrics{{"entropy", training.losses.entropy}};
    if (!returns.empty()) metrics["training_return"] = mean(returns);
    control.progress(turn, model.step, metrics);
  }
  return training;
}

Metrics metrics_of(const Training& training, const std::vector<double>& samples, Body body) {
  Metrics metrics{{"episode_return", mean(samples)},
                  {"policy_loss", training.losses.policy},
                  {"value_loss", training.losses.value},
                  {"entropy", training.losses.entropy}};
  if (!training.returns.empty()) metrics["training_return"] = mean(training.returns);
  if (body == Body::feudal) metrics["manager_loss"] = training.losses.manager;
  if (body == Body::feudal) metrics["intrinsic_reward"] = training.losses.intrinsic;
  return metrics;
}

Config config_for(const Options& options, const Assignment& turn) {
  const Config config = trainers::config_from(fields_of(options.body), turn.hyperparameters, defaults_for(options));
  if (options.body == Body::feudal && config.unroll <= Feudal::horizon)
    throw std::invalid_argument("an unroll of " + std::to_string(config.unroll) + " steps: a feudal manager looks " +
                                std::to_string(Feudal::horizon) + " steps ahead, and needs more of them");
  return config;
}

Report take_turn(Resident& resident, const Options& options, const Assignment& turn, TurnControl& control) {
  use_one_thread();
  Config config = config_for(options, turn);
  const torch::Device device = device_for(options);
  const auto seed = static_cast<std::uint64_t>(turn.seed);
  auto environments = environments_for(options, options.environments, seed, Purpose::training);
  const Spaces spaces = environments->spaces();
  auto model = resident.take(
      turn, [&] { return std::make_unique<Model>(options, spaces, device, seed); },
      [&](const Folder& folder) { return load(folder, options, spaces, device); });
  model->set_learning_rate(config.learning_rate);
  Stopping stopping(control);
  const Training training = train(*model, std::move(environments), turn, config, control, stopping);

  Report report;
  report.step = model->step;
  report.partial = report.step < turn.target_step();
  const int episodes = report.partial ? 1 : options.evaluation_episodes;  // nothing compares a turn that was cut short
  if (model->finite()) report.samples = play(*model, episodes, seed, Purpose::evaluation, stopping);
  report.metrics = metrics_of(training, report.samples, options.body);
  config.learning_rate = model->learning_rate();
  report.in_effect = trainers::hyperparameters_from(fields_of(options.body), config);
  report.unread = trainers::unknown_names(fields_of(options.body), turn.hyperparameters);
  if (turn.save.exists()) save(*model, turn.save);
  resident.keep(turn.id, std::move(model));
  return report;
}

/// Nobody asks an examination to stop.
class Unhurried final : public TurnControl {
 public:
  void progress(const Assignment& /*turn*/, std::int64_t /*step*/, const Metrics& /*metrics*/) override {}
  Stop stop_requested() override { return Stop::no; }
};

}  // namespace
}  // namespace rl

TrainFunction make_rl_trainer(const rl::Options& options) {
  return [options, resident = std::make_shared<rl::Resident>()](const Assignment& turn, TurnControl& control) {
    return rl::take_turn(*resident, options, turn, control);
  };
}

Hyperparameters default_hyperparameters(const rl::Options& options) {
  return trainers::hyperparameters_from(rl::fields_of(options.body), rl::defaults_for(options));
}

std::vector<double> examine_agent(const Folder& checkpoint, const rl::Options& options, int episodes,
                                  std::uint64_t seed) {
  const rl::Options trained = rl::options_of(checkpoint, options);
  const rl::Spaces spaces = environments_for(trained, 1, seed, rl::Purpose::exam)->spaces();
  const auto model = rl::load(checkpoint, trained, spaces, rl::device_for(trained));
  rl::Unhurried control;
  rl::Stopping stopping(control);
  return rl::play(*model, episodes, seed, rl::Purpose::exam, stopping);
}

}  // namespace pbt
