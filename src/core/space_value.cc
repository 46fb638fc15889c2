// One parameter's value: inside its domain or not, drawn, moved.
#include <algorithm>
#include <cmath>

#include "core/axis.h"
#include "core/space_rules.h"

namespace pbt {
namespace {

/// A coordinate inside the axis, other than `u`, that `shift` leads to. Where a mirror throws the move back onto
/// `u` itself, the other direction serves, and a tenth of the width where the shift is a whole number of
/// there-and-backs.
double shifted(double u, double shift, double low, double high) {
  const double tenth = std::copysign((high - low) / 10, shift);
  for (const double step : {shift, -shift, tenth, -tenth}) {
    const double target = reflect(u + step, low, high);
    if (std::fabs(target - u) > 1e-9 * (high - low)) return target;
  }
  return u;
}

double shift_of(const Axis& axis, double x, double factor, bool multiply) {
  if (axis.scale != Scale::linear) return std::log(factor);
  // Multiplying cannot leave 0, so there the tenth is added all the same.
  if (multiply && x != 0) return x * factor - x;
  return std::copysign((axis.high - axis.low) / 10, factor - 1);
}

double moved(const Axis& axis, double x, double factor, bool multiply) {
  x = std::clamp(x, axis.low, axis.high);
  if (factor == 1) return x;
  const double low = to_coordinate(axis.scale, axis.low);
  const double high = to_coordinate(axis.scale, axis.high);
  const double from = to_coordinate(axis.scale, x);
  const double to = shifted(from, shift_of(axis, x, factor, multiply), low, high);
  const double target = std::clamp(from_coordinate(axis.scale, to), axis.low, axis.high);
  if (axis.quantum <= 0) return target;
  const double old_cell = axis.cell(x);
  double new_cell = axis.cell(target);
  if (new_cell == old_cell) new_cell += to > from ? 1 : -1;
  if (new_cell < 0 || new_cell > axis.last_cell()) new_cell = old_cell + (new_cell < 0 ? 1 : -1);
  return axis.at_cell(new_cell);
}

/// Without a quantum: uniform in the coordinate. With one: each value by the share of the cell [x, x + quantum) in it,
/// so that neither end gets half a cell; on the one_minus_log scale the cells are those of 1 - x.
double drawn(const Axis& axis, Random& random) {
  if (axis.quantum <= 0) {
    const double u = random.uniform(to_coordinate(axis.scale, axis.low), to_coordinate(axis.scale, axis.high));
    return std::clamp(from_coordinate(axis.scale, u), axis.low, axis.high);
  }
  const double last = axis.last_cell();
  if (axis.scale == Scale::linear) {
    return axis.at_cell(static_cast<double>(random.integer(0, static_cast<std::int64_t>(last))));
  }
  const bool turned = axis.scale == Scale::one_minus_log;
  const double smallest = turned ? 1 - axis.high : axis.low;
  const double largest = turned ? 1 - axis.low : axis.high;
  const double y = std::exp(random.uniform(std::log(smallest), std::log(largest + axis.quantum)));
  const double cell = std::clamp(std::floor((y - smallest) / axis.quantum), 0.0, last);
  return axis.at_cell(turned ? last - cell : cell);
}

bool holds(const Axis& axis, double x) {
  if (!(x >= axis.low && x <= axis.high)) return false;
  if (axis.quantum <= 0) return true;
  const double cells = (x - axis.low) / axis.quantum;
  return std::fabs(cells - std::round(cells)) <= 1e-6;
}

std::string range_text(const std::string& kind, const Value& low, const Value& high, const Value& quantum,
                       bool stepped) {
  std::string text = kind + " from " + to_string(low) + " to " + to_string(high);
  if (stepped) text += " in steps of " + to_string(quantum);
  return text;
}

}  // namespace

std::optional<double> number(const Value& value) {
  if (const auto* real = std::get_if<double>(&value)) return *real;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
  return std::nullopt;
}

bool same_value(const Value& a, const Value& b) {
  if (a.index() == b.index()) return a == b;
  const auto x = number(a);
  const auto y = number(b);
  return x && y && *x == *y;
}

bool is_movable(const Parameter& parameter) {
  return !parameter.structural && !std::holds_alternative<Fixed>(parameter.domain);
}

bool is_inside(const Parameter& parameter, const Value& value) {
  if (const auto* fixed = std::get_if<Fixed>(&parameter.domain)) return same_value(fixed->value, value);
  if (const auto* choices = std::get_if<Choices>(&parameter.domain)) {
    return std::any_of(choices->values.begin(), choices->values.end(),
                       [&](const Value& choice) { return same_value(choice, value); });
  }
  if (const auto* range = std::get_if<IntegerRange>(&parameter.domain)) {
    const auto* integer = std::get_if<std::int64_t>(&value);
    return integer != nullptr && *integer >= range->low && *integer <= range->high &&
           (*integer - range->low) % range->quantum == 0;
  }
  const auto x = number(value);
  return x && holds(axis_of(std::get<RealRange>(parameter.domain)), *x);
}

std::string accepted_values(const Parameter& parameter) {
  if (const auto* fixed = std::get_if<Fixed>(&parameter.domain)) return to_string(fixed->value);
  if (const auto* range = std::get_if<RealRange>(&parameter.domain)) {
    return range_text("a number", range->low, range->high, range->quantum, range->quantum > 0);
  }
  if (const auto* range = std::get_if<IntegerRange>(&parameter.domain)) {
    return range_text("an integer", range->low, range->high, range->quantum, range->quantum > 1);
  }
  std::string text = "one of ";
  for (const Value& value : std::get<Choices>(parameter.domain).values) {
    text += (text == "one of " ? "" : ", ") + to_string(value);
  }
  return text;
}

Value sample(const Parameter& parameter, Random& random) {
  if (const auto* fixed = std::get_if<Fixed>(&parameter.domain)) return fixed->value;
  if (const auto* choices = std::get_if<Choices>(&parameter.domain)) {
    return choices->values.at(random.index(choices->values.size()));
  }
  if (const auto* range = std::get_if<IntegerRange>(&parameter.domain)) {
    return static_cast<std::int64_t>(std::llround(drawn(axis_of(*range), random)));
  }
  return drawn(axis_of(std::get<RealRange>(parameter.domain)), random);
}

Value move(const Parameter& parameter, const Value& value, double factor, Random& random) {
  if (std::holds_alternative<Fixed>(parameter.domain)) return value;
  if (const auto* choices = std::get_if<Choices>(&parameter.domain)) {
    const auto& values = choices->values;
    const auto at =
        std::find_if(values.begin(), values.end(), [&](const Value& choice) { return same_value(choice, value); });
    if (!choices->ordered || at == values.end()) return sample(parameter, random);
    if (factor == 1 || values.size() == 1) return *at;
    const bool up = at == values.begin() || (factor > 1 && at + 1 != values.end());
    return up ? *(at + 1) : *(at - 1);
  }
  const auto x = number(value);
  if (!x) return sample(parameter, random);  // of another type: the space was changed since
  const bool multiply = !parameter.factors.empty();
  if (const auto* range = std::get_if<IntegerRange>(&parameter.domain)) {
    return static_cast<std::int64_t>(std::llround(moved(axis_of(*range), *x, factor, multiply)));
  }
  return moved(axis_of(std::get<RealRange>(parameter.domain)), *x, factor, multiply);
}

}  // namespace pbt
