#include "translation/translation_trainer.h"

#include <limits>
#include <stdexcept>

#include "common/device.h"
#include "common/one_thread.h"
#include "common/resident.h"
#include "translation/bleu.h"
#include "translation/checkpoint.h"

namespace pbt::translation {
namespace {

constexpr std::int64_t steps_between_losses = 10;  // reading one waits for the device

/// A trainer's own state, and what it was made with.
struct Member {
  std::shared_ptr<const Task> task;
  Settings settings;
  Config defaults;
  c10::Device device;
  trainers::Resident<Model> resident;
};

struct Training {
  double loss = std::numeric_limits<double>::quiet_NaN();  ///< of a target symbol
  Stop stopped = Stop::no;
};

Training train(Model& model, const Task& task, const Assignment& turn, const Config& config, TurnControl& control) {
  const auto seed = static_cast<std::uint64_t>(turn.seed);
  BatchOrder order(task.training, config.batch_tokens, trainers::Random(seed, trainers::Purpose::minibatches));
  DropoutNoise noise(model.device, seed);
  model.apply(config);  // also where the turn is stopped before its first update
  Training training;
  at::Tensor sum;
  std::int64_t summed = 0;
  while (model.step < turn.target_step()) {
    training.stopped = control.stop_requested();
    if (training.stopped == Stop::abandon) throw Abandoned{};
    if (training.stopped == Stop::save) break;
    const Losses losses = take_step(model, make_batch(task.training, order.next(), model.device), config, noise);
    sum = sum.defined() ? sum + losses.likelihood : losses.likelihood;
    if (++summed < steps_between_losses && model.step < turn.target_step()) continue;
    training.loss = sum.item<double>() / static_cast<double>(summed);
    control.progress(turn, model.step, {{"training_loss", training.loss}});
    sum = at::Tensor();
    summed = 0;
  }
  return training;
}

/// BLEU and loss of the validation; NaN where the weights are no numbers.
void evaluate(Model& model, const Task& task, const Search& search, TurnControl& control, Metrics& metrics) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  const auto between = [&control] {
    if (control.stop_requested() == Stop::abandon) throw Abandoned{};
  };
  const bool finite = model.finite();
  metrics["validation_loss"] = finite ? mean_loss(model, task.validation, between) : nan;
  metrics["bleu"] =
      finite ? bleu(decode_all(*task.codes, translate(model, task.validation.source, search, between)), task.references)
                   .score
             : nan;
}

Report take_turn(Member& member, const Assignment& turn, TurnControl& control) {
  use_one_thread();
  const Config config = trainers::config_from(fields(), turn.hyperparameters, member.defaults);
  const Task& task = *member.task;
  const auto make = [&] {
    return std::make_unique<Model>(member.settings.sizes, task.codes->vocabulary(),
                                   static_cast<std::uint64_t>(turn.seed), member.device);
  };
  const auto read = [&](const Folder& folder) { return load_for(task, member.settings.sizes, folder, member.device); };
  std::unique_ptr<Model> model = member.resident.take(turn, make, read);
  const Training training = train(*model, task, turn, config, control);

  Report report;
  report.step = model->step;
  report.partial = report.step < turn.target_step();
  report.metrics["training_loss"] = training.loss;
  evaluate(*model, task, member.settings.search, control, report.metrics);
  report.in_effect = trainers::hyperparameters_from(fields(), model->in_effect(config));
  report.unread = trainers::unknown_names(fields(), turn.hyperparameters);
  if (turn.save.exists()) save(*model, task, turn.save);
  member.resident.keep(turn.id, std::move(model));
  return report;
}

}  // namespace

c10::Device require_possible(const Settings& settings) {
  require_possible(settings.sizes);
  require_possible(settings.search);
  return trainers::device_from(settings.device);
}

TrainFunction make_translation_trainer(std::shared_ptr<const Task> task, const Settings& settings,
                                       const Config& defaults) {
  const c10::Device device = require_possible(settings);
  return [member = std::make_shared<Member>(Member{std::move(task), settings, defaults, device, {}})](
             const Assignment& turn, TurnControl& control) { return take_turn(*member, turn, control); };
}

}  // namespace pbt::translation
