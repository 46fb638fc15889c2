#pragma once

#include <Eigen/Core>

#include "pbt/space.h"

namespace pbt {

/// A space's values as points of the unit cube, for a model of them: numbers and ordered choices by their place
/// (core/axis.h), unordered choices a coordinate each, of which the chosen one is sqrt(1/2), so that any two choices
/// are 1 apart. Fixed values have no coordinate; a parameter whose `when` does not hold stands in the middle.
[[nodiscard]] Eigen::VectorXd encode(const Space& space, const Hyperparameters& values);

/// The values with each shifted by about `width` (of the unit cube) in either direction; an unordered choice is drawn
/// anew as often. Nothing where the result breaks a constraint.
[[nodiscard]] std::optional<Hyperparameters> nudged(const Space& space, const Hyperparameters& values, double width,
                                                    Random& random);

}  // namespace pbt
