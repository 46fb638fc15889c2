#include "pbt/space.h"

#include <algorithm>

#include "core/space_rules.h"
#include "pbt/error.h"

namespace pbt {
namespace {

constexpr int kTries = 1000;

/// Why a draw is no good; empty when it is. A value given by hand whose condition does not hold in this draw is
/// as wrong as a broken constraint: another draw may activate it.
std::string objection(const Space& space, const Hyperparameters& given, const Hyperparameters& values) {
  for (const auto& [name, unused] : given) {
    const Parameter* parameter = space.find(name);
    if (parameter != nullptr && !is_active(*parameter, values)) {
      return name + " is given, but the parameter exists only while " + parameter->when->parameter +
             " has another value";
    }
  }
  const Constraint* broken = first_broken(space, values);
  return broken == nullptr ? "" : "the constraint \"" + broken->text() + "\" does not hold";
}

}  // namespace

const Parameter* Space::find(std::string_view name) const {
  const auto it =
      std::find_if(parameters.begin(), parameters.end(), [&](const Parameter& p) { return p.name == name; });
  return it == parameters.end() ? nullptr : &*it;
}

std::vector<std::string> parameter_names(const Space& space) {
  std::vector<std::string> names;
  for (const Parameter& parameter : space.parameters) names.push_back(parameter.name);
  return names;
}

std::vector<const Parameter*> dependency_order(const Space& space) {
  std::vector<const Parameter*> order;
  std::vector<const Parameter*> left;
  for (const Parameter& parameter : space.parameters) left.push_back(&parameter);
  while (!left.empty()) {
    std::vector<const Parameter*> waiting;
    for (const Parameter* parameter : left) {
      const auto is_wanted = [&](const Parameter* other) { return other->name == parameter->when->parameter; };
      const bool must_wait = parameter->when && std::any_of(left.begin(), left.end(), is_wanted);
      (must_wait ? waiting : order).push_back(parameter);
    }
    if (waiting.size() == left.size()) {
      std::string names;
      for (const Parameter* parameter : left) names += (names.empty() ? "" : ", ") + parameter->name;
      throw UsageError("hyperparameters: the `when` conditions of " + names +
                       " run in a circle; let one of them have no condition");
    }
    left = std::move(waiting);
  }
  return order;
}

bool is_active(const Parameter& parameter, const Hyperparameters& values) {
  if (!parameter.when) return true;
  const Value* value = values.find(parameter.when->parameter);
  return value != nullptr && std::any_of(parameter.when->any_of.begin(), parameter.when->any_of.end(),
                                         [&](const Value& wanted) { return same_value(wanted, *value); });
}

const Constraint* first_broken(const Space& space, const Hyperparameters& values) {
  const auto it = std::find_if(space.constraints.begin(), space.constraints.end(),
                               [&](const Constraint& constraint) { return !constraint.holds(values); });
  return it == space.constraints.end() ? nullptr : &*it;
}

Hyperparameters sample(const Space& space, Random& random) { return complete(space, {}, random); }

Hyperparameters complete(const Space& space, Hyperparameters given, Random& random) {
  const std::vector<const Parameter*> order = dependency_order(space);
  for (const Parameter* parameter : order) {  // 1 for a real is 1.0
    const Value* value = given.find(parameter->name);
    if (value != nullptr && std::holds_alternative<RealRange>(parameter->domain)) {
      if (const auto x = number(*value)) given.set(parameter->name, *x);
    }
  }
  std::string why;
  for (int i = 0; i < kTries; ++i) {
    Hyperparameters values = given;
    for (const Parameter* parameter : order) {
      if (!values.contains(parameter->name) && is_active(*parameter, values)) {
        values.set(parameter->name, sample(*parameter, random));
      }
    }
    why = objection(space, given, values);
    if (why.empty()) return values;
  }
  throw UsageError("hyperparameters: none of " + std::to_string(kTries) + " draws fits: in the last, " + why +
                   "; widen the ranges or loosen the constraint");
}

}  // namespace pbt
