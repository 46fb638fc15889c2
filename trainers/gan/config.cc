#include "gan/config.h"

namespace pbt::gan {

const std::vector<trainers::Field<Config>>& fields() {
  static const std::vector<trainers::Field<Config>> all = {
      {"generator_learning_rate", &Config::generator_learning_rate, 0, 1e30, "of the generator's Adam"},
      {"discriminator_learning_rate", &Config::discriminator_learning_rate, 0, 1e30, "of the discriminator's Adam"},
      {"beta1", &Config::beta1, 0, 0.9999, "of both: the memory of the gradients' mean"},
      {"beta2", &Config::beta2, 0, 0.999999, "of both: the memory of their squares' mean"},
      {"real_target", &Config::real_target, 0.5, 1, "what the discriminator is to say of real images"},
      {"batch", &Config::batch, 2, 65536, "real images an update, and as many generated ones"},
      {"discriminator_updates", &Config::discriminator_updates, 1, 100, "to one update of the generator"}};
  return all;
}

}  // namespace pbt::gan
