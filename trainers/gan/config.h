#pragma once

#include <cstdint>
#include <vector>

#include "common/fields.h"

namespace pbt::gan {

/// What is tuned, and the other numbers that one might tune.
struct Config {
  double generator_learning_rate = 2e-4;
  double discriminator_learning_rate = 2e-4;
  double beta1 = 0.5;  ///< of both Adams, as DCGAN has it
  double beta2 = 0.999;
  double real_target = 1;                  ///< below 1: one-sided label smoothing (Salimans et al., 2016)
  std::int64_t batch = 64;                 ///< real images an update of the discriminator, and as many generated ones
  std::int64_t discriminator_updates = 5;  ///< to one of the generator
};

[[nodiscard]] const std::vector<trainers::Field<Config>>& fields();

}  // namespace pbt::gan
