#include "gan/scores.h"

#include <torch/types.h>

#include <cassert>
#include <cmath>

namespace pbt::gan {
namespace {

/// The root of a matrix that is symmetric and positive up to rounding.
torch::Tensor root_of(const torch::Tensor& matrix) {
  const auto [values, vectors] = at::linalg_eigh(matrix);
  return at::matmul(vectors * values.clamp_min(0).sqrt(), vectors.t());
}

}  // namespace

std::vector<double> inception_scores(const at::Tensor& probabilities, int splits) {
  assert(probabilities.dim() == 2 && probabilities.size(0) >= splits && splits > 0);
  const std::int64_t size = probabilities.size(0) / splits;
  std::vector<double> scores;
  for (int split = 0; split < splits; ++split) {
    const auto given = probabilities.slice(0, split * size, (split + 1) * size).to(torch::kCPU, torch::kDouble);
    const auto marginal = given.mean(0, /*keepdim=*/true);
    // xlogy: 0 log 0 is 0.
    const auto divergence = (at::xlogy(given, given) - at::xlogy(given, marginal)).sum(1);
    scores.push_back(std::exp(divergence.mean().item<double>()));
  }
  return scores;
}

Gaussian gaussian_of(const at::Tensor& rows) {
  assert(rows.dim() == 2 && rows.size(0) >= 2);
  const auto values = rows.to(torch::kCPU, torch::kDouble);
  const auto mean = values.mean(0);
  const auto centred = values - mean;
  return {mean, at::matmul(centred.t(), centred) / static_cast<double>(values.size(0) - 1)};
}

double frechet_distance(const Gaussian& one, const Gaussian& other) {
  const auto root = root_of(one.covariance);
  const auto product = at::matmul(at::matmul(root, other.covariance), root);
  const auto roots = at::linalg_eigvalsh((product + product.t()) / 2).clamp_min(0).sqrt().sum();
  const auto means = (one.mean - other.mean).square().sum();
  const auto distance = means + one.covariance.trace() + other.covariance.trace() - 2 * roots;
  return std::max(0.0, distance.item<double>());
}

}  // namespace pbt::gan
