#include "algorithm/encoding.h"

#include <cmath>

#include "core/axis.h"
#include "core/space_rules.h"

namespace pbt {
namespace {

/// How many coordinates the parameter takes.
std::size_t width_of(const Parameter& parameter) {
  if (has_units(parameter)) return 1;
  const auto* choices = std::get_if<Choices>(&parameter.domain);
  return choices == nullptr ? 0 : choices->values.size();
}

}  // namespace

Eigen::VectorXd encode(const Space& space, const Hyperparameters& values) {
  Eigen::Index size = 0;
  for (const Parameter& parameter : space.parameters) size += static_cast<Eigen::Index>(width_of(parameter));
  Eigen::VectorXd point = Eigen::VectorXd::Zero(size);
  Eigen::Index at = 0;
  for (const Parameter& parameter : space.parameters) {
    const Value* value = values.find(parameter.name);
    if (has_units(parameter)) {
      point(at) = value == nullptr ? 0.5 : unit_of(parameter, *value).value_or(0.5);
    } else if (const auto* choices = std::get_if<Choices>(&parameter.domain); choices != nullptr && value != nullptr) {
      for (std::size_t i = 0; i < choices->values.size(); ++i)
        if (same_value(choices->values[i], *value)) point(at + static_cast<Eigen::Index>(i)) = std::sqrt(0.5);
    }
    at += static_cast<Eigen::Index>(width_of(parameter));
  }
  return point;
}

std::optional<Hyperparameters> nudged(const Space& space, const Hyperparameters& values, double width, Random& random) {
  Hyperparameters moved;
  for (const Parameter* parameter : dependency_order(space)) {
    if (!is_active(*parameter, moved)) continue;
    const Value* value = values.find(parameter->name);
    const auto unit = value == nullptr ? std::nullopt : unit_of(*parameter, *value);
    if (unit) {
      moved.set(parameter->name, value_at(*parameter, reflect(*unit + width * random.normal(), 0, 1)));
    } else if (value == nullptr || random.bernoulli(width)) {
      moved.set(parameter->name, sample(*parameter, random));
    } else {
      moved.set(parameter->name, *value);
    }
  }
  if (first_broken(space, moved) != nullptr) return {};
  return moved;
}

}  // namespace pbt
