#include "lander/lander_trainer.h"

#include <limits>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "common/one_thread.h"
#include "lander/checkpoint.h"
#include "lander/ppo.h"

namespace pbt {
namespace lander {
namespace {

constexpr std::int64_t steps_between_progress = 10'000;  // a few a second

double mean(const std::vector<double>& values) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// The weights of the last turn that ended well.
struct Resident {
  std::string turn;
  std::unique_ptr<Model> model;
};

/// The model that the turn starts from. Nothing stays resident until the turn ends well.
std::unique_ptr<Model> take_model(Resident& resident, const Assignment& turn) {
  Resident last = std::exchange(resident, {});
  if (turn.weights == Weights::none) return std::make_unique<Model>(static_cast<std::uint64_t>(turn.seed));
  const bool in_memory = turn.weights == Weights::resident && last.model && last.turn == turn.parent;
  auto model = in_memory ? std::move(last.model) : load(turn.load);
  if (model->step != turn.from_step)
    throw std::runtime_error("lander: the weights of " + turn.parent + " are " + std::to_string(model->step) +
                             " steps old, and the turn expects " + std::to_string(turn.from_step));
  return model;
}

struct Training {
  Losses losses;
  std::vector<double> returns;
  Stop stopped = Stop::no;
};

Training train(Model& model, const Assignment& turn, const Config& config, TurnControl& control) {
  const auto seed = static_cast<std::uint64_t>(turn.seed);
  VectorEnv environments(environment_count, seed, Purpose::training);
  Random actions(seed, Purpose::actions);
  Random minibatches(seed, Purpose::minibatches);
  Training training;
  std::int64_t next_progress = model.step + steps_between_progress;
  while (model.step < turn.target_step()) {
    training.stopped = control.stop_requested();
    if (training.stopped == Stop::abandon) throw Abandoned{};
    if (training.stopped == Stop::save) break;
    const auto rollout =
        collect(environments, model.acting_network(), static_cast<std::size_t>(config.unroll), actions);
    training.losses = improve(model, rollout, config, minibatches);
    const auto returns = environments.take_returns();
    training.returns.insert(training.returns.end(), returns.begin(), returns.end());
    if (model.step < next_progress || returns.empty()) continue;
    control.progress(turn, model.step, {{"training_return", mean(returns)}, {"entropy", training.losses.entropy}});
    next_progress = model.step + steps_between_progress;
  }
  return training;
}

Report take_turn(Resident& resident, const Assignment& turn, TurnControl& control) {
  use_one_thread();
  Config config = config_from(turn.hyperparameters);
  auto model = take_model(resident, turn);
  model->set_learning_rate(config.learning_rate);
  const Training training = train(*model, turn, config, control);

  Report report;
  report.step = model->step;
  report.partial = report.step < turn.target_step();
  if (model->finite())
    report.samples =
        play(model->acting_network(), evaluation_episodes, static_cast<std::uint64_t>(turn.seed), Purpose::evaluation);
  report.metrics["episode_return"] = mean(report.samples);
  if (!training.returns.empty()) report.metrics["training_return"] = mean(training.returns);
  report.metrics["policy_loss"] = training.losses.policy;
  report.metrics["value_loss"] = training.losses.value;
  report.metrics["entropy"] = training.losses.entropy;
  config.learning_rate = model->learning_rate();
  report.in_effect = hyperparameters_from(config);
  report.unread = unknown_names(turn.hyperparameters);
  if (turn.save.exists()) save(*model, turn.save);
  resident = {turn.id, std::move(model)};
  return report;
}

}  // namespace
}  // namespace lander

TrainFunction make_lander_trainer() {
  return [resident = std::make_shared<lander::Resident>()](const Assignment& turn, TurnControl& control) {
    return lander::take_turn(*resident, turn, control);
  };
}

std::vector<double> examine_lander(const Folder& checkpoint, int episodes, std::uint64_t seed) {
  const auto model = lander::load(checkpoint);
  return lander::play(model->acting_network(), episodes, seed, lander::Purpose::exam);
}

}  // namespace pbt
