#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pbt/space.h"

// What drawing, checking and exploring a space have in common.
namespace pbt {

/// A real or an integer as a number; nothing for texts and booleans.
[[nodiscard]] std::optional<double> number(const Value& value);

/// Equality in which 1 and 1.0 are the same, so that choices and conditions may be written either way.
[[nodiscard]] bool same_value(const Value& a, const Value& b);

[[nodiscard]] bool is_inside(const Parameter& parameter, const Value& value);

/// What the parameter accepts, for messages: "a number from 1e-05 to 0.1", "one of relu, tanh".
[[nodiscard]] std::string accepted_values(const Parameter& parameter);

/// Explore may change it: neither structural nor fixed.
[[nodiscard]] bool is_movable(const Parameter& parameter);

/// The parameters so ordered that each stands after the one that its `when` asks for, otherwise as given.
/// Throws UsageError when conditions run in a circle.
[[nodiscard]] std::vector<const Parameter*> dependency_order(const Space& space);

/// Whether the parameter exists beside `values`, which hold what its `when` asks for if that exists.
[[nodiscard]] bool is_active(const Parameter& parameter, const Hyperparameters& values);

/// The first constraint that `values` break; null when all hold.
[[nodiscard]] const Constraint* first_broken(const Space& space, const Hyperparameters& values);

[[nodiscard]] std::vector<std::string> parameter_names(const Space& space);

}  // namespace pbt
