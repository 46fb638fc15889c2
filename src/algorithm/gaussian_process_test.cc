#include "algorithm/gaussian_process.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace pbt {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

VectorXd place(double x) { return VectorXd::Constant(1, x); }

Kernel kernel_1d(double length = 0.3, double variance = 2, double noise = 0.1) {
  return {VectorXd::Constant(1, length), variance, noise};
}

/// Matern 5/2 of one dimension, written out.
double k(double a, double b, double length = 0.3, double variance = 2) {
  const double r = std::fabs(a - b) / length;
  return variance * (1 + std::sqrt(5.0) * r + 5.0 / 3.0 * r * r) * std::exp(-std::sqrt(5.0) * r);
}

TEST(GaussianProcess, KnowsOnlyItsKernelBeforeAnyObservation) {
  const GaussianProcess process(MatrixXd(0, 1), VectorXd(0), kernel_1d());
  EXPECT_DOUBLE_EQ(process.at(place(0.7)).mean, 0);
  EXPECT_DOUBLE_EQ(process.at(place(0.7)).variance, 2);
}

TEST(GaussianProcess, AgreesWithTheClosedFormOfOneObservation) {
  const GaussianProcess process(MatrixXd::Constant(1, 1, 0.4), VectorXd::Constant(1, 1.5), kernel_1d());
  for (double x = 0; x <= 1; x += 0.05) {
    EXPECT_NEAR(process.at(place(x)).mean, k(x, 0.4) / 2.1 * 1.5, 1e-12);
    EXPECT_NEAR(process.at(place(x)).variance, 2 - k(x, 0.4) * k(x, 0.4) / 2.1, 1e-12);
  }
}

TEST(GaussianProcess, AgreesWithTheClosedFormOfTwoObservations) {
  MatrixXd points(2, 1);
  points << 0.2, 0.7;
  VectorXd values(2);
  values << -1, 0.5;
  const GaussianProcess process(points, values, kernel_1d());
  const double a = 2.1, b = k(0.2, 0.7), determinant = a * a - b * b;  // [[a, b], [b, a]]
  for (double x = 0; x <= 1; x += 0.05) {
    const double p = k(x, 0.2), q = k(x, 0.7);
    const double mean = ((a * p - b * q) * -1 + (a * q - b * p) * 0.5) / determinant;
    const double explained = (a * p * p - 2 * b * p * q + a * q * q) / determinant;
    EXPECT_NEAR(process.at(place(x)).mean, mean, 1e-12);
    EXPECT_NEAR(process.at(place(x)).variance, 2 - explained, 1e-12);
  }
  const double quadratic = (a * 1 - 2 * b * -0.5 + a * 0.25) / determinant;
  EXPECT_NEAR(process.log_likelihood(), -0.5 * quadratic - 0.5 * std::log(determinant) - std::log(2 * std::numbers::pi),
              1e-12);
}

TEST(GaussianProcess, HasTheGradientOfItsLikelihood) {
  Random random{7};
  MatrixXd points(8, 2);
  VectorXd values(8);
  for (Eigen::Index i = 0; i < 8; ++i) {
    points(i, 0) = random.uniform();
    points(i, 1) = random.uniform();
    values(i) = random.normal();
  }
  Kernel kernel{VectorXd::Constant(2, 0.4), 1.3, 0.05};
  kernel.lengths(1) = 0.9;
  const VectorXd gradient = GaussianProcess(points, values, kernel).log_likelihood_gradient();
  const auto likelihood = [&](int which, double by) {
    Kernel other = kernel;
    (which < 2 ? other.lengths(which) : which == 2 ? other.variance : other.noise) *= std::exp(by);
    return GaussianProcess(points, values, other).log_likelihood();
  };
  for (int i = 0; i < 4; ++i) EXPECT_NEAR(gradient(i), (likelihood(i, 1e-5) - likelihood(i, -1e-5)) / 2e-5, 1e-6) << i;
}

TEST(FitKernel, FindsWhichDimensionMatters) {
  Random random{3};
  MatrixXd points(40, 2);
  VectorXd values(40);
  for (Eigen::Index i = 0; i < 40; ++i) {
    points(i, 0) = random.uniform();
    points(i, 1) = random.uniform();
    values(i) = std::sin(6 * points(i, 0));
  }
  const Kernel kernel = fit_kernel(points, values, random);
  EXPECT_LT(kernel.lengths(0), 1.5);
  EXPECT_GT(kernel.lengths(1), 10) << "the second does not matter";
  EXPECT_LT(kernel.noise, 1e-4) << "there is none";
}

}  // namespace
}  // namespace pbt
