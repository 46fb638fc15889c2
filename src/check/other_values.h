#pragma once

#include <vector>

#include "pbt/space.h"

namespace pbt {

/// Other values of `parameter` than `value`, the farthest first: what to try to see whether it matters. Empty when
/// there is none.
[[nodiscard]] std::vector<Value> other_values(const Parameter& parameter, const Value& value);

/// `values` with `name` as far from what it is as the space allows, constraints included. Parameters that then
/// exist no longer are left out, those that come into being are drawn. The same `values` when no other one is possible.
[[nodiscard]] Hyperparameters with_other_value(const Space& space, const Hyperparameters& values,
                                               const std::string& name);

}  // namespace pbt
