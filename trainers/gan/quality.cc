#include "gan/quality.h"

#include <torch/types.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "gan/picture.h"

namespace pbt::gan {
namespace {

constexpr std::int64_t images_at_once = 250;
constexpr std::int64_t columns = 8;

torch::Tensor images_from(Model& model, std::int64_t count, at::Generator& noise) {
  const torch::NoGradGuard no_grad;
  model.generator.eval();
  return model.generator.forward(normal({count, model.sizes.latent}, noise, model.device));
}

}  // namespace

Quality judge(Model& model, const Classifier& classifier, std::int64_t samples, Random random,
              const std::function<void()>& pause) {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  if (!is_finite(model.generator) || !is_finite(model.discriminator)) return {{}, none, none};
  at::Generator noise = generator_from(random);
  std::vector<torch::Tensor> features;
  std::vector<torch::Tensor> probabilities;
  for (std::int64_t done = 0; done < samples; done += images_at_once) {
    pause();
    const Opinion opinion = look_at(classifier, images_from(model, std::min(images_at_once, samples - done), noise));
    features.push_back(opinion.features);
    probabilities.push_back(opinion.probabilities);
  }
  const auto all = torch::cat(features);
  if (!torch::isfinite(all).all().item<bool>()) return {{}, none, none};
  Quality quality;
  quality.inception_scores = inception_scores(torch::cat(probabilities));
  quality.inception_score =
      std::accumulate(quality.inception_scores.begin(), quality.inception_scores.end(), 0.0) / score_splits;
  quality.frechet_distance = frechet_distance(gaussian_of(all), classifier.real);
  return quality;
}

std::string samples_png(Model& model, Random random) {
  at::Generator noise = generator_from(random);
  return png_of(grid_of(images_from(model, columns * columns, noise), columns));
}

}  // namespace pbt::gan
