#pragma once

#include <functional>

#include "gan/model.h"

namespace pbt::gan {

/// Of one step, on the model's device: reading them waits for it.
struct Losses {
  torch::Tensor discriminator;  ///< [], mean over the step's updates
  torch::Tensor generator;      ///< []
};

/// One step: several updates of the discriminator (five in Jaderberg et al., 2017), then one of the generator, each on
/// a minibatch of its own. With D's answers as logits, F(x) = log(1 + exp(x)) and t the target of real images,
///   L_D = mean(F(D(x)) - t D(x)) + mean(F(D(G(z)))),   L_G = mean(F(-D(G(z)))),
/// the non-saturating losses of Goodfellow et al. (2014). Real and generated images pass apart, so that batch
/// normalisation does not mix them. What is drawn is a function of `seed` and the model's step.
/// `pixels` are the real images, uint8 [n, channels, 32, 32] on the model's device. Calls `pause` before each update of
/// the discriminator, of which a wide one takes a CPU a good part of a second; what it throws leaves the model between
/// two updates.
Losses improve(Model& model, const torch::Tensor& pixels, const Config& config, std::uint64_t seed,
               const std::function<void()>& pause);

}  // namespace pbt::gan
