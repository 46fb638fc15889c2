#pragma once

#include <algorithm>
#include <chrono>
#include <vector>

namespace pbt::bench {

using Monotonic = std::chrono::steady_clock;

/// Nanoseconds that `action` takes.
template <class Action>
double nanoseconds(Action action) {
  const Monotonic::time_point start = Monotonic::now();
  action();
  return std::chrono::duration<double, std::nano>(Monotonic::now() - start).count();
}

/// The value below which that share (0 to 1) of `values`, at least one, lies.
inline double quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  const double place = share * static_cast<double>(values.size() - 1);
  return values[static_cast<std::size_t>(place + 0.5)];
}

inline double median(std::vector<double> values) { return quantile(std::move(values), 0.5); }

}  // namespace pbt::bench
