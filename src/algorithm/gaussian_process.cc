#include "algorithm/gaussian_process.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

namespace pbt {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

double squared_distance(const Kernel& kernel, const VectorXd& a, const VectorXd& b) {
  return ((a - b).array() / kernel.lengths.array()).square().sum();
}

MatrixXd covariances(const Kernel& kernel, const MatrixXd& points) {
  MatrixXd all(points.rows(), points.rows());
  for (Eigen::Index i = 0; i < points.rows(); ++i)
    for (Eigen::Index j = 0; j <= i; ++j) all(i, j) = all(j, i) = covariance(kernel, points.row(i), points.row(j));
  return all;
}

// The kernel as its logarithms, in the order of the gradient, and the box that they stay in.
struct Bounds {
  double low, high;
};
constexpr Bounds length_bounds{0.02, 20}, variance_bounds{0.05, 20}, noise_bounds{1e-6, 1};

VectorXd to_logs(const Kernel& kernel) {
  VectorXd logs(kernel.lengths.size() + 2);
  logs << kernel.lengths.array().log().matrix(), std::log(kernel.variance), std::log(kernel.noise);
  return logs;
}

Kernel from_logs(const VectorXd& logs) {
  const Eigen::Index d = logs.size() - 2;
  return {logs.head(d).array().exp().matrix(), std::exp(logs(d)), std::exp(logs(d + 1))};
}

double clamped(const VectorXd& logs, Eigen::Index i, double value) {
  const Eigen::Index d = logs.size() - 2;
  const Bounds bounds = i < d ? length_bounds : i == d ? variance_bounds : noise_bounds;
  return std::clamp(value, std::log(bounds.low), std::log(bounds.high));
}

struct Fit {
  Kernel kernel;
  double log_likelihood;
};

/// iRprop-: C. Igel and M. Huesken, "Improving the Rprop Learning Algorithm" (2000). It looks at the signs of
/// derivatives alone, so that the very different scales of lengths and noise do not matter.
Fit climb(const MatrixXd& points, const VectorXd& values, const Kernel& from) {
  constexpr int iterations = 60;
  VectorXd logs = to_logs(from);
  VectorXd steps = VectorXd::Constant(logs.size(), 0.1);
  VectorXd before = VectorXd::Zero(logs.size());
  Fit best{from, GaussianProcess(points, values, from).log_likelihood()};
  for (int iteration = 0; iteration < iterations; ++iteration) {
    const GaussianProcess process(points, values, from_logs(logs));
    if (const double likelihood = process.log_likelihood(); likelihood > best.log_likelihood)
      best = {process.kernel(), likelihood};
    VectorXd slope = process.log_likelihood_gradient();
    for (Eigen::Index i = 0; i < logs.size(); ++i) {
      const double turned = slope(i) * before(i);
      if (turned > 0) steps(i) = std::min(steps(i) * 1.2, 1.0);
      if (turned < 0) {
        steps(i) = std::max(steps(i) * 0.5, 1e-4);
        slope(i) = 0;
      }
      if (slope(i) != 0) logs(i) = clamped(logs, i, logs(i) + std::copysign(steps(i), slope(i)));
    }
    before = slope;
  }
  return best;
}

}  // namespace

double covariance(const Kernel& kernel, const VectorXd& a, const VectorXd& b) {
  const double s = std::sqrt(5 * squared_distance(kernel, a, b));
  return kernel.variance * (1 + s + s * s / 3) * std::exp(-s);
}

GaussianProcess::GaussianProcess(MatrixXd points, const VectorXd& values, Kernel kernel)
    : points_(std::move(points)), kernel_(std::move(kernel)) {
  assert(points_.rows() == values.size());
  MatrixXd all = covariances(kernel_, points_);
  all.diagonal().array() += kernel_.noise;
  factor_.compute(all);
  whitened_values_ = factor_.matrixL().solve(values);
}

VectorXd GaussianProcess::whitened(const VectorXd& point) const {
  VectorXd beside(points_.rows());
  for (Eigen::Index i = 0; i < points_.rows(); ++i) beside(i) = covariance(kernel_, points_.row(i), point);
  return factor_.matrixL().solve(beside);
}

MatrixXd GaussianProcess::whitened_values(const MatrixXd& values) const { return factor_.matrixL().solve(values); }

Posterior GaussianProcess::at(const VectorXd& point) const {
  const VectorXd white = whitened(point);
  return {white.dot(whitened_values_), std::max(kernel_.variance - white.squaredNorm(), 0.0)};
}

double GaussianProcess::log_likelihood() const {
  const MatrixXd& factor = factor_.matrixLLT();
  return -0.5 * whitened_values_.squaredNorm() - factor.diagonal().array().log().sum() -
         0.5 * static_cast<double>(points_.rows()) * std::log(2 * std::numbers::pi);
}

VectorXd GaussianProcess::log_likelihood_gradient() const {
  const Eigen::Index n = points_.rows(), d = points_.cols();
  const VectorXd alpha = factor_.matrixU().solve(whitened_values_);
  const MatrixXd weights = alpha * alpha.transpose() - factor_.solve(MatrixXd::Identity(n, n));
  VectorXd gradient = VectorXd::Zero(d + 2);
  for (Eigen::Index i = 0; i < n; ++i) {
    for (Eigen::Index j = 0; j < n; ++j) {
      const double s = std::sqrt(5 * squared_distance(kernel_, points_.row(i), points_.row(j)));
      const double decay = kernel_.variance * std::exp(-s);
      gradient(d) += weights(i, j) * decay * (1 + s + s * s / 3);
      // d k / d log(length_m) = variance * 5/3 (1 + s) exp(-s) * ((x_m - x'_m) / length_m)^2
      const double factor = weights(i, j) * decay * (5.0 / 3.0) * (1 + s);
      gradient.head(d).array() +=
          factor * ((points_.row(i) - points_.row(j)).transpose().array() / kernel_.lengths.array()).square();
    }
    gradient(d + 1) += weights(i, i) * kernel_.noise;
  }
  return 0.5 * gradient;
}

Kernel fit_kernel(const MatrixXd& points, const VectorXd& values, Random& random) {
  assert(points.rows() >= 2);
  const Eigen::Index d = points.cols();
  Fit best = climb(points, values, {VectorXd::Constant(d, 0.5), 1, 1e-2});
  for (const double noise : {1e-4, 1e-1}) {
    VectorXd lengths(d);
    for (Eigen::Index i = 0; i < d; ++i) lengths(i) = std::exp(random.uniform(std::log(0.1), std::log(2.0)));
    const Fit other = climb(points, values, {lengths, 1, noise});
    if (other.log_likelihood > best.log_likelihood) best = other;
  }
  return best.kernel;
}

}  // namespace pbt
