#pragma once

#include <torch/optim/adam.h>

#include <cstdint>
#include <memory>

#include "pbt/folder.h"
#include "rl/network.h"
#include "rl/normaliser.h"
#include "rl/plain_policy.h"

namespace pbt::rl {

/// All that a member's training continues from.
struct Model {
  /// A new one, on the device, its weights drawn from the seed.
  Model(const Options& of, const Spaces& seen, torch::Device where, std::uint64_t seed);

  [[nodiscard]] double learning_rate();  ///< as the optimiser has it
  void set_learning_rate(double rate);
  /// The policy in plain loops, for an mlp that is small enough for them to be faster than libtorch; otherwise null.
  [[nodiscard]] std::unique_ptr<PlainPolicy> plain_policy() const;
  [[nodiscard]] bool finite() const;  ///< no weight is NaN or infinite

  Options options;
  Spaces spaces;
  torch::Device device;
  Network network;
  torch::optim::Adam optimiser;
  Normaliser normaliser;
  std::int64_t step = 0;  ///< environment steps trained so far
};

/// Writes the weights, Adam's state, the normaliser and the step into one file, "model.safetensors", with the
/// environment and the sizes that they are of; equal models give equal bytes. The learning rate is not kept.
void save(Model& model, const Folder& folder);
/// A model as it was saved. Throws std::runtime_error where the file is no such checkpoint, or one of another
/// environment, body or size than `options` and `spaces` name; std::system_error where there is no file.
[[nodiscard]] std::unique_ptr<Model> load(const Folder& folder, const Options& options, const Spaces& spaces,
                                          torch::Device device);
/// `options`, with the environment, body, sizes and normalisations that a checkpoint was trained with. Throws as
/// load().
[[nodiscard]] Options options_of(const Folder& folder, Options options);

}  // namespace pbt::rl
