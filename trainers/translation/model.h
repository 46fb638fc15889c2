#pragma once

#include <torch/optim/adam.h>

#include <cstdint>

#include "translation/config.h"
#include "translation/loss.h"
#include "translation/search.h"
#include "translation/transformer.h"

namespace pbt::translation {

/// All that a member's training continues from.
struct Model {
  Model(const Sizes& sizes, std::size_t vocabulary, std::uint64_t seed, const c10::Device& device);

  /// Puts the learning rate of the next update and Adam's other settings into the optimiser.
  void apply(const Config& config);
  /// `config` with what the optimiser has, as of the last update.
  [[nodiscard]] Config in_effect(Config config);
  [[nodiscard]] bool finite() const;  ///< no weight is NaN or infinite

  Sizes sizes;
  c10::Device device;
  Transformer network;
  torch::optim::Adam optimiser;
  std::int64_t step = 0;  ///< updates made so far

 private:
  double rate_factor_ = 1;  ///< what the learning rate in the optimiser has been multiplied by
};

/// One update of Adam on one batch: the gradient of the smoothed loss, shortened to `gradient_norm_max`. The losses are
/// those before it, detached.
Losses take_step(Model& model, const Batch& batch, const Config& config, DropoutNoise& noise);

/// Called between batches, by what takes long.
using Between = std::function<void()>;

/// Minus the mean log-likelihood of a target symbol, ends included, in nats.
[[nodiscard]] double mean_loss(Model& model, const Pairs& pairs, const Between& between = {});

/// Translations of all sentences, in their order. None is longer than twice its source and ten symbols.
[[nodiscard]] std::vector<Tokens> translate(Model& model, const Sentences& source, const Search& search,
                                            const Between& between = {});
[[nodiscard]] Lines decode_all(const Codes& codes, const std::vector<Tokens>& sentences);

}  // namespace pbt::translation
