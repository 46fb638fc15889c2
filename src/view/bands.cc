#include <algorithm>
#include <cmath>

#include "view/progressions.h"

namespace pbt {
namespace {

constexpr int kLookedAt = 2000;  // values of a stretch

/// `values` is sorted, not empty.
double quantile(const std::vector<double>& values, double share) {
  const double at = share * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (at - static_cast<double>(below)) * (values[above] - values[below]);
}

struct Stretch {
  int turns = 0;
  std::vector<double> values;
};

}  // namespace

std::vector<Band> bands(const TurnDigest& digest, const std::function<double(int row)>& value, int stretches) {
  std::int64_t last = 0;
  for (int row = 0; row < digest.size(); ++row) last = std::max(last, digest.row(row).to_step);
  const double width = static_cast<double>(last) / stretches;
  const auto stretch_of = [&](int row) {
    const double at = width > 0 ? std::ceil(static_cast<double>(digest.row(row).to_step) / width) - 1 : 0;
    return static_cast<std::size_t>(std::clamp(at, 0.0, stretches - 1.0));
  };
  std::vector<Stretch> found(static_cast<std::size_t>(stretches));
  for (int row = 0; row < digest.size(); ++row) ++found[stretch_of(row)].turns;
  std::vector<int> seen(found.size());
  for (int row = 0; row < digest.size(); ++row) {
    const std::size_t at = stretch_of(row);
    const int every = 1 + found[at].turns / kLookedAt;
    if (seen[at]++ % every != 0) continue;
    const double number = value(row);
    if (std::isfinite(number)) found[at].values.push_back(number);
  }
  std::vector<Band> result;
  for (std::size_t at = 0; at < found.size(); ++at) {
    std::vector<double>& values = found[at].values;
    if (values.empty()) continue;
    std::sort(values.begin(), values.end());
    Band band{(static_cast<double>(at) + 0.5) * width, found[at].turns};
    const std::array<double, 5> shares{0, 0.1, 0.5, 0.9, 1};
    std::transform(shares.begin(), shares.end(), band.quantiles.begin(),
                   [&](double share) { return quantile(values, share); });
    result.push_back(band);
  }
  return result;
}

}  // namespace pbt
