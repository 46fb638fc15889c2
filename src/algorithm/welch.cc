// Welch's t-test: B. L. Welch, "The generalization of Student's problem when several different population variances are
// involved", Biometrika 34 (1947).
//   t = (m1 - m2) / sqrt(v1/n1 + v2/n2),   freedom = (v1/n1 + v2/n2)^2 / ((v1/n1)^2/(n1-1) + (v2/n2)^2/(n2-1))
//   p = I_{freedom / (freedom + t^2)}(freedom / 2, 1/2)
#include "algorithm/welch.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace pbt {
namespace {

struct Moments {
  double mean;
  double variance_of_mean;
  double freedom;
};

Moments moments(std::span<const double> values) {
  const auto n = static_cast<double>(values.size());
  double mean = 0;
  for (const double x : values) mean += x / n;
  double squares = 0;
  for (const double x : values) squares += (x - mean) * (x - mean);
  return {mean, squares / (n - 1) / n, n - 1};
}

/// The continued fraction of the incomplete beta function by Lentz's method (Numerical Recipes, section 6.4).
double beta_fraction(double a, double b, double x) {
  const auto away_from_zero = [](double y) { return std::fabs(y) < 1e-300 ? 1e-300 : y; };
  double c = 1;
  double d = 1 / away_from_zero(1 - (a + b) * x / (a + 1));
  double fraction = d;
  for (int m = 1; m <= 1000; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away_from_zero(1 + even * d);
    c = away_from_zero(1 + even / c);
    fraction *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away_from_zero(1 + odd * d);
    c = away_from_zero(1 + odd / c);
    fraction *= d * c;
    if (std::fabs(d * c - 1) < 1e-16) break;
  }
  return fraction;
}

}  // namespace

double incomplete_beta(double a, double b, double x) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const double front =
      std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(x) + b * std::log1p(-x));
  // The fraction converges fast only below the mean; above it the mirrored one does.
  if (x < (a + 1) / (a + b + 2)) return front * beta_fraction(a, b, x) / a;
  return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

double student_t_two_sided(double t, double freedom) {
  return incomplete_beta(freedom / 2, 0.5, freedom / (freedom + t * t));
}

WelchTest welch_test(std::span<const double> first, std::span<const double> second) {
  const Moments a = moments(first);
  const Moments b = moments(second);
  const double variance = a.variance_of_mean + b.variance_of_mean;
  const double difference = a.mean - b.mean;
  if (!(variance > 0)) {
    const double infinite = std::copysign(std::numeric_limits<double>::infinity(), difference);
    return difference == 0 ? WelchTest{0, a.freedom + b.freedom, 1} : WelchTest{infinite, a.freedom + b.freedom, 0};
  }
  // Shares of the variance, so that squares of tiny variances do not underflow.
  const double share_a = a.variance_of_mean / variance;
  const double share_b = b.variance_of_mean / variance;
  WelchTest test;
  test.t = difference / std::sqrt(variance);
  test.freedom = 1 / (share_a * share_a / a.freedom + share_b * share_b / b.freedom);
  test.p = student_t_two_sided(test.t, test.freedom);
  return test;
}

}  // namespace pbt
