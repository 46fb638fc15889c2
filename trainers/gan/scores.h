#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace pbt::gan {

constexpr int score_splits = 10;

/// The Inception score (Salimans et al., 2016), by whatever classifier the probabilities are from:
///   exp(mean over x of KL(p(y|x) || p(y))), p(y) the mean of p(y|x),
/// of each of `splits` equal parts of the images in their order; the score is the mean over the parts, as is customary.
/// 1 where all images look alike to the classifier, up to the number of classes. It grows with the number of images.
/// `probabilities` is [n, classes], n >= splits; images that are over after an equal division count nowhere.
[[nodiscard]] std::vector<double> inception_scores(const at::Tensor& probabilities, int splits = score_splits);

/// Mean and covariance of the rows of a matrix, as doubles on the CPU.
struct Gaussian {
  at::Tensor mean;        ///< [d]
  at::Tensor covariance;  ///< [d, d]
};
/// `rows` is [n, d], n >= 2; the covariance divides by n - 1.
[[nodiscard]] Gaussian gaussian_of(const at::Tensor& rows);

/// The Frechet distance of two Gaussians (Heusel et al., 2017, there of Inception features):
///   |m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)),
/// where the trace of the root is the sum of the roots of the eigenvalues of C1^(1/2) C2 C1^(1/2), which is symmetric.
/// Covariances of fewer rows than dimensions are fine. Not negative.
[[nodiscard]] double frechet_distance(const Gaussian& one, const Gaussian& other);

}  // namespace pbt::gan
