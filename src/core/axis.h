#pragma once

#include <algorithm>
#include <cmath>
#include <optional>

#include "pbt/space.h"

namespace pbt {

/// A numeric domain, integers as whole numbers with a quantum of at least 1. Bounds within 2^53 keep them exact.
struct Axis {
  double low;
  double high;
  Scale scale;
  double quantum;  ///< 0: any value

  [[nodiscard]] double last_cell() const { return std::round((high - low) / quantum); }
  [[nodiscard]] double cell(double x) const { return std::clamp(std::round((x - low) / quantum), 0.0, last_cell()); }
  [[nodiscard]] double at_cell(double k) const { return std::min(low + k * quantum, high); }
};

[[nodiscard]] inline Axis axis_of(const RealRange& range) {
  return {range.low, range.high, range.scale, range.quantum};
}
[[nodiscard]] inline Axis axis_of(const IntegerRange& range) {
  return {static_cast<double>(range.low), static_cast<double>(range.high), range.scale,
          static_cast<double>(range.quantum)};
}

/// Nothing for choices and fixed values.
[[nodiscard]] std::optional<Axis> numeric_axis(const Parameter& parameter);

/// The coordinate in which a parameter is drawn uniformly and in which a move is a shift. It grows with x on every
/// scale: multiplying 1 - x by 1/factor adds log(factor), as multiplying x does on the log scale.
[[nodiscard]] double to_coordinate(Scale scale, double x);
[[nodiscard]] double from_coordinate(Scale scale, double u);

/// Folds `u` back into [low, high] as mirrors at both ends would. A symmetric walk stays symmetric under it: no drift.
[[nodiscard]] double reflect(double u, double low, double high);

/// Where a numeric or ordered value stands between the ends of its domain, 0 to 1, in the coordinate in which it is
/// drawn; ordered choices stand evenly. Nothing for unordered choices, fixed values, and values of another type.
[[nodiscard]] std::optional<double> unit_of(const Parameter& parameter, const Value& value);
/// The value nearest to that place; `unit` beyond 0 or 1 counts as the end. The parameter has such places.
[[nodiscard]] Value value_at(const Parameter& parameter, double unit);
/// Whether unit_of() has answers: a range, or ordered choices.
[[nodiscard]] bool has_units(const Parameter& parameter);

}  // namespace pbt
