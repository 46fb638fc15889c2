#pragma once

#include <memory>
#include <string>

#include "gan/config.h"
#include "pbt/assignment.h"

namespace pbt {

/// What a GAN trainer is started with. What can be tuned are hyperparameters (gan/config.h).
struct GanOptions {
  std::string data_set = "fashion-mnist";  ///< or "cifar10"
  std::string data;                        ///< folder with its published files
  std::string classifier;                  ///< file or folder: what build/trainers/classifier has saved
  std::string device = "auto";
  std::int64_t width = 16;   ///< channels next to the image
  std::int64_t latent = 64;  ///< numbers that an image is made from
  bool spectral_norm = false;
  std::int64_t score_samples = 10'000;  ///< images that an evaluation generates
};

namespace gan {

struct Setting;

/// Images and classifier, read once and shared by all threads that train; `defaults`: of hyperparameters that no turn
/// names. Throws std::runtime_error or std::invalid_argument, saying what is wrong with the data, the classifier, the
/// device or a size.
[[nodiscard]] std::shared_ptr<const Setting> make_setting(const GanOptions& options, const Config& defaults = {});

/// How good generated images are, by a classifier.
struct Quality {
  std::vector<double> inception_scores;  ///< of ten equal parts; empty where the images are no numbers
  double inception_score = 0;            ///< their mean; NaN as above
  double frechet_distance = 0;           ///< of the classifier's features, to those of real test images; NaN as above
};

/// Evaluates a checkpoint on `options.score_samples` fresh images (data, width, latent and spectral_norm are not looked
/// at), and writes 64 of them as a picture where `picture` names a file.
[[nodiscard]] Quality examine_gan(const Folder& checkpoint, const GanOptions& options, std::uint64_t seed,
                                  const std::string& picture);

}  // namespace gan

/// Trains a DCGAN; one step is one update of the generator, with the updates of the discriminator that go before it.
/// The function keeps the weights of its last turn in memory (resident_max 1). It serves one thread; make one for each,
/// from one setting.
///
/// Hyperparameters (all optional): generator_learning_rate, discriminator_learning_rate, beta1, beta2, real_target,
/// batch, discriminator_updates. Metrics: `inception_score`, the mean over `samples`, the Inception scores of ten parts
/// of the images generated for evaluation; `frechet_distance`; `generator_loss` and `discriminator_loss`, means over
/// the turn. NaN where the weights diverged. The checkpoint also holds samples.png: 64 images from latent numbers that
/// are the same in every turn of every member.
[[nodiscard]] TrainFunction make_gan_trainer(std::shared_ptr<const gan::Setting> setting);

}  // namespace pbt
