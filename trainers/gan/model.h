#pragma once

#include <torch/optim/adam.h>

#include <memory>

#include "gan/config.h"
#include "gan/data_set.h"
#include "gan/networks.h"
#include "pbt/folder.h"

namespace pbt::gan {

/// What is not tuned, and what two checkpoints must share so that one can go on from the other.
struct Sizes {
  DataSet data_set = DataSet::fashion_mnist;
  std::int64_t width = 16;
  std::int64_t latent = 64;
  bool spectral_norm = false;
};

/// All that a member's training continues from. Real images and latent numbers are drawn from a turn's seed and the
/// step, and so leave nothing behind.
struct Model {
  Model(const Sizes& its_sizes, std::uint64_t seed, c10::Device on);

  /// Sets what lies in the optimisers.
  void apply(const Config& config);
  /// `config` with what lies in the optimisers as it is there.
  [[nodiscard]] Config in_effect(Config config);

  Sizes sizes;
  c10::Device device;
  Generator generator;
  Discriminator discriminator;
  torch::optim::Adam generator_adam;
  torch::optim::Adam discriminator_adam;
  std::int64_t step = 0;  ///< updates of the generator so far
};

/// Writes the weights with the running statistics of their normalisations, the vectors of spectral normalisation, both
/// Adams' moments, the step and the sizes as one file, "gan.safetensors"; equal models give equal bytes.
void save(Model& model, const Folder& folder);
/// A model as it was saved, of the sizes that it was saved with. Learning rates, being hyperparameters, are not kept:
/// apply() them. Throws std::runtime_error where the file is no such checkpoint, std::system_error where there is none.
[[nodiscard]] std::unique_ptr<Model> load(const Folder& folder, c10::Device device);
/// Throws std::runtime_error, naming the first flag that differs.
void require_same(const Sizes& saved, const Sizes& asked);

}  // namespace pbt::gan
