#include <algorithm>
#include <cmath>
#include <set>

#include "core/axis.h"
#include "view/progressions.h"

namespace pbt {
namespace {

constexpr std::size_t kSamples = 400;

/// The share of values that are not the commonest one.
double share_of_others(std::vector<float> values) {
  std::sort(values.begin(), values.end());
  std::ptrdiff_t commonest = 0;
  for (auto from = values.begin(); from != values.end();) {
    const auto to = std::upper_bound(from, values.end(), *from);
    commonest = std::max(commonest, to - from);
    from = to;
  }
  return 1 - static_cast<double>(commonest) / static_cast<double>(values.size());
}

double middle_half(std::vector<float> values, const Axis& axis) {
  std::sort(values.begin(), values.end());
  const std::size_t cut = values.size() / 4;
  const auto place = [&](float value) { return to_coordinate(axis.scale, static_cast<double>(value)); };
  const double range = to_coordinate(axis.scale, axis.high) - to_coordinate(axis.scale, axis.low);
  const double width = place(values[values.size() - 1 - cut]) - place(values[cut]);
  return range > 0 && std::isfinite(width) ? std::clamp(width / range, 0.0, 1.0) : 0;
}

double spread_of(const Parameter* parameter, std::vector<float> values) {
  std::erase_if(values, [](float value) { return std::isnan(value); });
  if (parameter == nullptr || values.empty()) return 0;
  if (const auto axis = numeric_axis(*parameter)) return middle_half(std::move(values), *axis);
  return share_of_others(std::move(values));
}

}  // namespace

Diversity::Diversity(const Experiment& experiment)
    : space_(experiment.space), last_(static_cast<std::size_t>(experiment.population), -1) {}

void Diversity::update(const TurnDigest& digest) {
  for (; seen_ < digest.size(); ++seen_) {
    const DigestRow& row = digest.row(seen_);
    total_steps_ += row.to_step - row.from_step;
    const auto member = static_cast<std::size_t>(row.member);
    if (member < last_.size()) last_[member] = seen_;
    if ((seen_ + 1) % every_ == 0) samples_.push_back(look(digest));
    if (samples_.size() <= kSamples) continue;
    every_ *= 2;
    std::erase_if(samples_, [&](const Variety& sample) { return sample.turns % every_ != 0; });
  }
}

Variety Diversity::look(const TurnDigest& digest) const {
  Variety sample{seen_ + 1, total_steps_};
  std::set<int> roots;
  for (const int row : last_) {
    if (row >= 0) roots.insert(digest.row(row).root);
  }
  sample.ancestors = static_cast<int>(roots.size());
  for (const DigestColumn& column : digest.hyperparameters()) {
    std::vector<float> values;
    for (const int row : last_) {
      if (row >= 0) values.push_back(column.values[static_cast<std::size_t>(row)]);
    }
    sample.spread.push_back(spread_of(space_.find(column.name), std::move(values)));
  }
  return sample;
}

}  // namespace pbt
