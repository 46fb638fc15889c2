#include "view/statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "pbt/random.h"

namespace pbt {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

std::vector<double> resampled(const std::vector<double>& values, Random& random) {
  std::vector<double> drawn;
  for (std::size_t i = 0; i < values.size(); ++i) drawn.push_back(values[random.index(values.size())]);
  return drawn;
}

/// The percentiles that hold the middle `confidence` of `estimates`.
Interval middle(std::vector<double> estimates, double confidence) {
  std::ranges::sort(estimates);
  const double last = static_cast<double>(estimates.size() - 1);
  const auto at = [&](double share) { return estimates[static_cast<std::size_t>(std::lround(share * last))]; };
  return {at((1 - confidence) / 2), at((1 + confidence) / 2)};
}

}  // namespace

double interquartile_mean(std::vector<double> values) {
  if (values.empty()) return nan;
  std::ranges::sort(values);
  const auto cut = static_cast<std::ptrdiff_t>(values.size() / 4);
  const double sum = std::accumulate(values.begin() + cut, values.end() - cut, 0.0);
  return sum / static_cast<double>(values.end() - values.begin() - 2 * cut);
}

double probability_of_improvement(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.empty() || b.empty()) return nan;
  double wins = 0;
  for (const double x : a)
    for (const double y : b) wins += x > y ? 1 : x == y ? 0.5 : 0;
  return wins / static_cast<double>(a.size() * b.size());
}

Interval interquartile_mean_interval(const std::vector<double>& values, const Bootstrap& bootstrap) {
  if (values.size() < 2) return {nan, nan};
  Random random{bootstrap.seed, 0x69716d /* "iqm" */};
  std::vector<double> estimates;
  for (int i = 0; i < bootstrap.resamples; ++i) estimates.push_back(interquartile_mean(resampled(values, random)));
  return middle(std::move(estimates), bootstrap.confidence);
}

Interval probability_of_improvement_interval(const std::vector<double>& a, const std::vector<double>& b,
                                             const Bootstrap& bootstrap) {
  if (a.size() < 2 || b.size() < 2) return {nan, nan};
  Random random{bootstrap.seed, 0x706f69 /* "poi" */};
  std::vector<double> estimates;
  for (int i = 0; i < bootstrap.resamples; ++i) {
    const std::vector<double> from_a = resampled(a, random);
    estimates.push_back(probability_of_improvement(from_a, resampled(b, random)));
  }
  return middle(std::move(estimates), bootstrap.confidence);
}

}  // namespace pbt
