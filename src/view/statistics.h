#pragma once

#include <cstdint>
#include <vector>

namespace pbt {

// How methods are compared by few runs each: R. Agarwal, M. Schwarzer, P. S. Castro, A. Courville and M. G. Bellemare,
// "Deep Reinforcement Learning at the Edge of the Statistical Precipice", NeurIPS 2021.

/// The mean of the middle half: the lowest and highest floor(n / 4) values are left out, so that one lucky or unlucky
/// run decides nothing. NaN for no values; -infinity stands for a run that diverged.
[[nodiscard]] double interquartile_mean(std::vector<double> values);

struct Interval {
  double low = 0;
  double high = 0;
};

/// How probable it is that a run of `a` scores more than a run of `b`: the share of pairs in which it does, equal ones
/// counted half (section 4.3). NaN where either is empty.
[[nodiscard]] double probability_of_improvement(const std::vector<double>& a, const std::vector<double>& b);

/// How certain an estimate is, and how it was found.
struct Bootstrap {
  double confidence = 0.95;
  int resamples = 5000;
  std::uint64_t seed = 1;  ///< of the resampling alone
};

/// Percentile bootstrap intervals. Runs are drawn again, with replacement, within their method (its stratum).
[[nodiscard]] Interval interquartile_mean_interval(const std::vector<double>& values, const Bootstrap& bootstrap);
[[nodiscard]] Interval probability_of_improvement_interval(const std::vector<double>& a, const std::vector<double>& b,
                                                           const Bootstrap& bootstrap);

}  // namespace pbt
