#pragma once

#include <functional>

#include "pbt/random.h"
#include "pbt/space.h"

namespace pbt {

/// One movable parameter's new value from its old one.
using Change = std::function<Value(const Parameter& parameter, const Value& old, Random& random)>;

/// What every explore does around its own `change` of single values: structural and fixed parameters stay, those that a
/// changed condition activates are drawn, those that it ends are dropped, names that the space does not know are left
/// behind. Changes again (100 tries) while a constraint is broken; then keeps the old values if they are valid, else
/// draws all movable ones anew. Throws UsageError when not even a draw fits.
[[nodiscard]] Hyperparameters change_movable(const Space& space, const Hyperparameters& old, const Change& change,
                                             Random& random);

/// How many parameters explore may change.
[[nodiscard]] int movable_count(const Space& space);

}  // namespace pbt
