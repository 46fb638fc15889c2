#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "common/alone.h"
#include "common/one_thread.h"
#include "gan/config.h"
#include "gan/gan_trainer.h"
#include "pbt/client.h"

namespace {

struct Options {
  pbt::GanOptions gan;
  pbt::gan::Config config;
  pbt::trainers::AloneOptions alone;
  std::string evaluate;
  std::string picture;
};

/// A flag for each hyperparameter: --generator-learning-rate for generator_learning_rate.
void add_hyperparameters(CLI::App& app, pbt::gan::Config& config) {
  for (const auto& field : pbt::gan::fields()) {
    std::string flag = std::string("--") + field.name;
    std::replace(flag.begin(), flag.end(), '_', '-');
    std::visit([&](auto member) { app.add_option(flag, config.*member, field.help)->capture_default_str(); },
               field.member);
  }
}

void add_setting(CLI::App& app, pbt::GanOptions& options) {
  app.add_option("--dataset", options.data_set, "cifar10 or fashion-mnist")->capture_default_str();
  app.add_option("--data", options.data, "folder with the data set's published files");
  app.add_option("--classifier", options.classifier, "file or folder that build/trainers/classifier has saved");
  app.add_option("--device", options.device, "auto, cpu, cuda or cuda:N")->capture_default_str();
  app.add_option("--width", options.width, "channels next to the image, 64 in DCGAN")->capture_default_str();
  app.add_option("--latent", options.latent, "numbers that an image is made from")->capture_default_str();
  app.add_flag("--spectral-norm", options.spectral_norm,
               "spectral normalisation in the discriminator, in place of batch normalisation");
  app.add_option("--score-samples", options.score_samples, "images that an evaluation generates")
      ->capture_default_str();
}

int evaluate(const Options& options) {
  const pbt::Folder checkpoint(std::filesystem::absolute(options.evaluate));
  const auto quality =
      pbt::gan::examine_gan(checkpoint, options.gan, static_cast<std::uint64_t>(options.alone.seed), options.picture);
  const nlohmann::json result{{"images", options.gan.score_samples},
                              {"inception_score", quality.inception_score},
                              {"inception_scores", quality.inception_scores},
                              {"frechet_distance", quality.frechet_distance}};
  std::printf("%s\n", result.dump().c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) try {
  pbt::use_one_thread();
  Options options;
  options.alone.steps = 10'000;
  options.alone.turn_steps = 500;
  CLI::App app{
      "DCGAN on CIFAR-10 or Fashion-MNIST: a session trainer of pbt; without a worker it trains one member, or "
      "evaluates one. One step is one update of the generator."};
  add_setting(app, options.gan);
  pbt::trainers::add_options(app, options.alone);
  add_hyperparameters(app, options.config);
  auto* evaluated = app.add_option("--evaluate", options.evaluate,
                                   "evaluate a checkpoint's folder instead, on images never scored before")
                        ->check(CLI::ExistingDirectory);
  app.add_option("--picture", options.picture, "with --evaluate: file for a PNG of 64 of its images")->needs(evaluated);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;  // 0: it was --help
  }
  if (!options.evaluate.empty()) return evaluate(options);
  auto trainer = pbt::make_gan_trainer(pbt::gan::make_setting(options.gan, options.config));
  if (pbt::started_by_worker()) return pbt::serve(trainer);
  pbt::trainers::train_in_turns(trainer, pbt::trainers::hyperparameters_from(pbt::gan::fields(), options.config),
                                options.alone);
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "gan: %s\n", error.what());
  return 1;
}
