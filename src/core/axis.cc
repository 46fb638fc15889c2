#include "core/axis.h"

#include "core/space_rules.h"

namespace pbt {
namespace {

const Choices* ordered_choices(const Parameter& parameter) {
  const auto* choices = std::get_if<Choices>(&parameter.domain);
  return choices != nullptr && choices->ordered ? choices : nullptr;
}

}  // namespace

std::optional<Axis> numeric_axis(const Parameter& parameter) {
  if (const auto* range = std::get_if<RealRange>(&parameter.domain)) return axis_of(*range);
  if (const auto* range = std::get_if<IntegerRange>(&parameter.domain)) return axis_of(*range);
  return {};
}

double to_coordinate(Scale scale, double x) {
  switch (scale) {
    case Scale::linear:
      return x;
    case Scale::log:
      return std::log(x);
    case Scale::one_minus_log:
      return -std::log1p(-x);
  }
  return x;
}

double from_coordinate(Scale scale, double u) {
  switch (scale) {
    case Scale::linear:
      return u;
    case Scale::log:
      return std::exp(u);
    case Scale::one_minus_log:
      return -std::expm1(-u);
  }
  return u;
}

double reflect(double u, double low, double high) {
  if (u >= low && u <= high) return u;
  const double once = u < low ? 2 * low - u : 2 * high - u;
  if (once >= low && once <= high) return once;
  const double width = high - low;
  double offset = std::fmod(u - low, 2 * width);
  if (offset < 0) offset += 2 * width;
  return low + (offset <= width ? offset : 2 * width - offset);
}

bool has_units(const Parameter& parameter) {
  return numeric_axis(parameter).has_value() || ordered_choices(parameter) != nullptr;
}

std::optional<double> unit_of(const Parameter& parameter, const Value& value) {
  if (const Choices* choices = ordered_choices(parameter)) {
    const auto& values = choices->values;
    const auto at =
        std::find_if(values.begin(), values.end(), [&](const Value& choice) { return same_value(choice, value); });
    if (at == values.end()) return {};
    return values.size() == 1 ? 0.5 : static_cast<double>(at - values.begin()) / static_cast<double>(values.size() - 1);
  }
  const auto axis = numeric_axis(parameter);
  const auto x = number(value);
  if (!axis || !x) return {};
  const double low = to_coordinate(axis->scale, axis->low);
  const double high = to_coordinate(axis->scale, axis->high);
  if (!(high > low)) return 0.5;
  return (to_coordinate(axis->scale, std::clamp(*x, axis->low, axis->high)) - low) / (high - low);
}

Value value_at(const Parameter& parameter, double unit) {
  unit = std::clamp(unit, 0.0, 1.0);
  if (const Choices* choices = ordered_choices(parameter)) {
    const double place = std::round(unit * static_cast<double>(choices->values.size() - 1));
    return choices->values.at(static_cast<std::size_t>(place));
  }
  const Axis axis = numeric_axis(parameter).value();
  const double low = to_coordinate(axis.scale, axis.low);
  const double high = to_coordinate(axis.scale, axis.high);
  double x = std::clamp(from_coordinate(axis.scale, low + unit * (high - low)), axis.low, axis.high);
  if (axis.quantum > 0) x = axis.at_cell(axis.cell(x));
  if (std::holds_alternative<IntegerRange>(parameter.domain)) return static_cast<std::int64_t>(std::llround(x));
  return x;
}

}  // namespace pbt
