#pragma once

#include <vector>

#include "pbt/random.h"
#include "pbt/space.h"

namespace pbt {

struct Perturbation {
  std::vector<double> factors{0.8, 1.25};
  double resample_probability = 0;  ///< of each parameter by itself
};

/// New hyperparameters inside the space. A parameter's own factors and resample_probability come before these.
[[nodiscard]] Hyperparameters perturb(const Space& space, const Hyperparameters& old, const Perturbation& perturbation,
                                      Random& random);

}  // namespace pbt
