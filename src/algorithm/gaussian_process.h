#pragma once

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include "pbt/random.h"

namespace pbt {

/// A covariance: Matern 5/2 with a length for each dimension (ARD), and independent noise.
///   k(x, x') = variance * (1 + s + s^2 / 3) exp(-s),  s = sqrt(5) |(x - x') / lengths|
struct Kernel {
  Eigen::VectorXd lengths;  ///< > 0, of the unit cube
  double variance = 1;      ///< > 0
  double noise = 1e-2;      ///< > 0, the variance of what is observed around the function
};

[[nodiscard]] double covariance(const Kernel& kernel, const Eigen::VectorXd& a, const Eigen::VectorXd& b);

/// What is known of the function at one place.
struct Posterior {
  double mean = 0;
  double variance = 0;  ///< of the function itself, without the noise; >= 0
};

/// Gaussian process regression with mean 0: C. E. Rasmussen and C. K. I. Williams, "Gaussian Processes for Machine
/// Learning" (2006), Algorithm 2.1. A value: several threads may ask it.
class GaussianProcess {
 public:
  /// `points`: [n, d], n >= 0; `values`: [n].
  GaussianProcess(Eigen::MatrixXd points, const Eigen::VectorXd& values, Kernel kernel);

  [[nodiscard]] Posterior at(const Eigen::VectorXd& point) const;
  /// log p(values | points, kernel), equation 2.30.
  [[nodiscard]] double log_likelihood() const;
  /// Its derivatives by log(lengths), log(variance) and log(noise), in this order; equation 5.9.
  [[nodiscard]] Eigen::VectorXd log_likelihood_gradient() const;

  /// L^-1 k(points, point), which both mean and variance are made of.
  [[nodiscard]] Eigen::VectorXd whitened(const Eigen::VectorXd& point) const;
  /// L^-1 values, of others than its own at the same points: [n, any number].
  [[nodiscard]] Eigen::MatrixXd whitened_values(const Eigen::MatrixXd& values) const;
  /// L^-1 values.
  [[nodiscard]] const Eigen::VectorXd& whitened_values() const { return whitened_values_; }
  [[nodiscard]] const Kernel& kernel() const { return kernel_; }
  [[nodiscard]] const Eigen::MatrixXd& points() const { return points_; }

 private:
  Eigen::MatrixXd points_;
  Eigen::VectorXd whitened_values_;
  Kernel kernel_;
  Eigen::LLT<Eigen::MatrixXd> factor_;  ///< L L^T = covariance of the points + noise
};

/// The kernel under which the values are most probable, within bounds that fit standardised values on the unit cube: by
/// gradient ascent from several beginnings, of which the first is always the same. n >= 2.
[[nodiscard]] Kernel fit_kernel(const Eigen::MatrixXd& points, const Eigen::VectorXd& values, Random& random);

}  // namespace pbt
