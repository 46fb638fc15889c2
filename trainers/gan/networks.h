#pragma once

#include <torch/nn/module.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>

#include <vector>

#include "gan/tensors.h"

namespace pbt::gan {

// DCGAN (Radford et al., 2016) for images of 32 x 32: three halvings, `width` channels next to the image and twice as
// many at each halving. Weights begin normal with deviation 0.02.

/// Latent numbers -> image: projected to 4 * width channels of 4 x 4, then three transposed convolutions of 4 x 4 with
/// stride 2; batch normalisation and ReLU in between, tanh at the end.
struct Generator : torch::nn::Module {
  Generator(std::int64_t latent, std::int64_t width, std::int64_t channels, Random random);
  /// [n, latent] -> [n, channels, 32, 32] in [-1, 1]
  [[nodiscard]] torch::Tensor forward(const torch::Tensor& latents);

 private:
  std::int64_t width_;
  torch::nn::Linear projection_;
  std::vector<torch::nn::ConvTranspose2d> convolutions_;
  std::vector<torch::nn::BatchNorm2d> normalisations_;
};

/// Image -> logit that it is real: three convolutions of 4 x 4 with stride 2, leaky ReLU of slope 0.2, and a linear
/// layer; batch normalisation behind the second and third convolution.
///
/// With spectral normalisation (Miyato et al., 2018) there is no batch normalisation; instead every layer acts with
/// W / s, where s estimates W's largest singular value: s = u' W v, with u and v from one power iteration an update
/// (v = W'u / |W'u|, u = Wv / |Wv|). They are buffers, and so part of a checkpoint. Gradients pass through s with u and
/// v held fixed.
struct Discriminator : torch::nn::Module {
  Discriminator(std::int64_t channels, std::int64_t width, bool spectral_norm, Random random);
  /// [n, channels, 32, 32] -> [n]
  [[nodiscard]] torch::Tensor forward(const torch::Tensor& images);

  /// One power iteration of every layer; nothing without spectral normalisation. Once an update, before it.
  void iterate();
  /// The weights with which the layers act, the linear one last.
  [[nodiscard]] std::vector<torch::Tensor> acting_weights() const;

 private:
  struct SingularVectors {
    torch::Tensor left;   ///< u, as long as there are outputs
    torch::Tensor right;  ///< v
  };
  [[nodiscard]] torch::Tensor weight(std::size_t layer) const;

  std::vector<torch::nn::Conv2d> convolutions_;
  torch::nn::Linear head_;
  std::vector<torch::nn::BatchNorm2d> normalisations_;
  std::vector<SingularVectors> vectors_;  ///< of every layer, or none
};

}  // namespace pbt::gan
