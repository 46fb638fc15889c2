#include "check/other_values.h"

#include <algorithm>
#include <cmath>

#include "core/space_rules.h"
#include "pbt/error.h"

namespace pbt {
namespace {

/// Draws beside the two ends of a range, for where a constraint forbids the ends.
constexpr int draws = 20;

/// How far apart two values are on the parameter's own scale.
double distance(Scale scale, double a, double b) {
  if (scale == Scale::log) return std::abs(std::log(a / b));
  if (scale == Scale::one_minus_log) return std::abs(std::log1p(-a) - std::log1p(-b));
  return std::abs(a - b);
}

double distance(const Parameter& parameter, const Value& a, const Value& b) {
  if (const auto* range = std::get_if<RealRange>(&parameter.domain))
    return distance(range->scale, *number(a), *number(b));
  if (const auto* range = std::get_if<IntegerRange>(&parameter.domain))
    return distance(range->scale, *number(a), *number(b));
  const auto& choices = std::get<Choices>(parameter.domain);
  const auto place = [&](const Value& value) {
    return static_cast<double>(std::find_if(choices.values.begin(), choices.values.end(),
                                            [&](const Value& choice) { return same_value(choice, value); }) -
                               choices.values.begin());
  };
  return choices.ordered ? std::abs(place(a) - place(b)) : 0;
}

}  // namespace

std::vector<Value> other_values(const Parameter& parameter, const Value& value) {
  std::vector<Value> values;
  if (const auto* choices = std::get_if<Choices>(&parameter.domain)) {
    values = choices->values;
  } else if (!std::holds_alternative<Fixed>(parameter.domain)) {
    if (const auto* range = std::get_if<RealRange>(&parameter.domain)) values = {range->low, range->high};
    if (const auto* range = std::get_if<IntegerRange>(&parameter.domain)) values = {range->low, range->high};
    Random random{1};
    for (int i = 0; i < draws; ++i) values.push_back(sample(parameter, random));
  }
  std::erase_if(values, [&](const Value& other) { return same_value(other, value); });
  std::stable_sort(values.begin(), values.end(), [&](const Value& a, const Value& b) {
    return distance(parameter, a, value) > distance(parameter, b, value);
  });
  return values;
}

Hyperparameters with_other_value(const Space& space, const Hyperparameters& values, const std::string& name) {
  for (const Value& other : other_values(*space.find(name), *values.find(name))) {
    Hyperparameters changed = values;
    changed.set(name, other);
    for (const Parameter* parameter : dependency_order(space))
      if (!is_active(*parameter, changed)) changed.erase(parameter->name);
    Random random{1};
    try {
      // Nothing is drawn unless the new value brings parameters into being.
      changed = complete(space, changed, random);
      validate(space, changed, name);
      return changed;
    } catch (const UsageError&) {  // a constraint forbids this one; the next may do
    }
  }
  return values;
}

}  // namespace pbt
