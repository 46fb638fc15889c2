#include <fmt/format.h>

#include <cmath>

#include "core/axis.h"
#include "view/progressions.h"

namespace pbt {
namespace {

constexpr double kRounding = 1e-4;  // relative: digests hold single precision

std::vector<double> factors_of(const Experiment& experiment) {
  const auto found = experiment.algorithm.explore.settings.find("factors");
  const auto* given =
      found == experiment.algorithm.explore.settings.end() ? nullptr : std::get_if<std::vector<double>>(&found->second);
  return given == nullptr ? std::vector<double>{0.8, 1.25} : *given;
}

const DigestColumn* column_of(const TurnDigest& digest, const std::string& name) {
  for (const DigestColumn& column : digest.hyperparameters()) {
    if (column.name == name) return &column;
  }
  return nullptr;
}

}  // namespace

void MoveGain::add(double gain) {
  ++turns;
  if (gain > 0) ++better;
  sum += gain;
  squares += gain * gain;
}

double MoveGain::error() const {
  if (turns < 2) return 0;
  const auto n = static_cast<double>(turns);
  return std::sqrt(std::max(0.0, (squares - sum * sum / n) / (n - 1)) / n);
}

MoveGains::MoveGains(const Experiment& experiment) : space_(experiment.space), factors_(factors_of(experiment)) {}

std::string MoveGains::move_of(const Parameter& parameter, double from, double to) const {
  if (from == to) return "same";
  const std::optional<Axis> axis = numeric_axis(parameter);
  if (!axis) return "other";
  const double factor = axis->scale == Scale::one_minus_log ? (1 - from) / (1 - to) : to / from;
  for (const double each : parameter.factors.empty() ? factors_ : parameter.factors) {
    if (std::abs(factor / each - 1) < kRounding) return fmt::format("×{}", each);
  }
  return to > from ? "higher" : "lower";
}

void MoveGains::update(const TurnDigest& digest) {
  for (const Parameter& parameter : space_.parameters) {
    const DigestColumn* column = column_of(digest, parameter.name);
    if (column == nullptr || std::holds_alternative<Fixed>(parameter.domain)) continue;
    auto& gains = gains_[parameter.name];
    for (int at = seen_; at < digest.size(); ++at) {
      const DigestRow& row = digest.row(at);
      if (row.parent < 0 || !std::isfinite(row.score) || !std::isfinite(digest.row(row.parent).score)) continue;
      const float from = column->values[static_cast<std::size_t>(row.parent)];
      const float to = column->values[static_cast<std::size_t>(at)];
      if (std::isnan(from) || std::isnan(to)) continue;
      gains[move_of(parameter, from, to)].add(row.score - digest.row(row.parent).score);
    }
  }
  seen_ = digest.size();
}

}  // namespace pbt
