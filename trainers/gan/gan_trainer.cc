#include "gan/gan_trainer.h"

#include <torch/types.h>

#include <fstream>
#include <stdexcept>

#include "common/one_thread.h"
#include "common/resident.h"
#include "gan/quality.h"
#include "gan/update.h"

namespace pbt {
namespace gan {

struct Setting {
  Config defaults;
  Sizes sizes;
  c10::Device device;
  torch::Tensor pixels;  ///< of the training images, on the device
  Classifier classifier;
  std::int64_t score_samples;
};

namespace {

constexpr std::int64_t steps_between_progress = 10;

void require_range(const char* flag, std::int64_t value, std::int64_t low, std::int64_t high) {
  if (value < low || value > high)
    throw std::invalid_argument(std::string(flag) + " is " + std::to_string(value) + ", expected " +
                                std::to_string(low) + " to " + std::to_string(high));
}

struct Training {
  double generator_loss = 0;
  double discriminator_loss = 0;
};

/// What is asked for; throws where the turn is abandoned.
Stop heed(TurnControl& control) {
  const Stop stop = control.stop_requested();
  if (stop == Stop::abandon) throw Abandoned{};
  return stop;
}

Training train(Model& model, const Setting& setting, const Assignment& turn, const Config& config,
               TurnControl& control) {
  const auto options = torch::TensorOptions().device(setting.device);
  Losses sums{torch::zeros({}, options), torch::zeros({}, options)};
  while (model.step < turn.target_step()) {
    if (heed(control) == Stop::save) break;
    const Losses losses =
        improve(model, setting.pixels, config, static_cast<std::uint64_t>(turn.seed), [&control] { heed(control); });
    sums.generator += losses.generator;
    sums.discriminator += losses.discriminator;
    if (model.step % steps_between_progress == 0)
      control.progress(turn, model.step,
                       {{"generator_loss", losses.generator.item<double>()},
                        {"discriminator_loss", losses.discriminator.item<double>()}});
  }
  const auto steps = static_cast<double>(std::max<std::int64_t>(1, model.step - turn.from_step));
  return {sums.generator.item<double>() / steps, sums.discriminator.item<double>() / steps};
}

Report take_turn(trainers::Resident<Model>& resident, const Setting& setting, const Assignment& turn,
                 TurnControl& control) {
  use_one_thread();
  const auto seed = static_cast<std::uint64_t>(turn.seed);
  const Config config = trainers::config_from(fields(), turn.hyperparameters, setting.defaults);
  auto model = resident.take(
      turn, [&] { return std::make_unique<Model>(setting.sizes, seed, setting.device); },
      [&](const Folder& folder) { return load(folder, setting.device); });
  require_same(model->sizes, setting.sizes);
  model->apply(config);
  const Training training = train(*model, setting, turn, config, control);
  const Quality quality = judge(*model, setting.classifier, setting.score_samples, Random(seed, Purpose::evaluation),
                                [&control] { heed(control); });

  Report report;
  report.step = model->step;
  report.partial = report.step < turn.target_step();
  report.samples = quality.inception_scores;
  report.metrics = {{"inception_score", quality.inception_score},
                    {"frechet_distance", quality.frechet_distance},
                    {"generator_loss", training.generator_loss},
                    {"discriminator_loss", training.discriminator_loss}};
  report.in_effect = trainers::hyperparameters_from(fields(), model->in_effect(config));
  report.unread = trainers::unknown_names(fields(), turn.hyperparameters);
  if (turn.save.exists()) {
    save(*model, turn.save);
    turn.save.write("samples.png", samples_png(*model, Random(0, Purpose::exam)));
  }
  resident.keep(turn.id, std::move(model));
  return report;
}

}  // namespace

std::shared_ptr<const Setting> make_setting(const GanOptions& options, const Config& defaults) {
  require_range("--width", options.width, 1, 4096);
  require_range("--latent", options.latent, 1, 4096);
  require_range("--score-samples", options.score_samples, score_splits, 10'000'000);
  const c10::Device device = repeating_device(options.device);
  const Sizes sizes{data_set_from(options.data_set), options.width, options.latent, options.spectral_norm};
  Classifier classifier = load_classifier(options.classifier, sizes.data_set, device);
  const Images images = read_images(sizes.data_set, options.data, Part::training);
  return std::make_shared<const Setting>(
      Setting{defaults, sizes, device, images.pixels.to(device), std::move(classifier), options.score_samples});
}

Quality examine_gan(const Folder& checkpoint, const GanOptions& options, std::uint64_t seed,
                    const std::string& picture) {
  require_range("--score-samples", options.score_samples, score_splits, 10'000'000);
  const c10::Device device = repeating_device(options.device);
  const auto model = load(checkpoint, device);
  const Classifier classifier = load_classifier(options.classifier, model->sizes.data_set, device);
  if (!picture.empty()) {
    std::ofstream out(picture, std::ios::binary);
    out << samples_png(*model, Random(seed, Purpose::exam));
    if (!out.flush()) throw std::runtime_error("the picture " + picture + " cannot be written");
  }
  return judge(*model, classifier, options.score_samples, Random(seed, Purpose::exam, 1), [] {});
}

}  // namespace gan

TrainFunction make_gan_trainer(std::shared_ptr<const gan::Setting> setting) {
  return
      [setting = std::move(setting), resident = std::make_shared<trainers::Resident<gan::Model>>()](
          const Assignment& turn, TurnControl& control) { return gan::take_turn(*resident, *setting, turn, control); };
}

}  // namespace pbt
