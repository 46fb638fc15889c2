#pragma once

#include <torch/nn/module.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>

#include <vector>

#include "rl/options.h"

namespace pbt::rl {

using trainers::Random;

/// A leaf that convolutions read: [channels, height, width].
[[nodiscard]] inline bool is_image(const Leaf& leaf) { return leaf.shape.size() == 3; }

/// Observations as features. An mlp joins all leaves into one vector, for two layers of tanh. The other bodies read
/// each image by the convolutions of Mnih et al. (2015): 32 of 8x8 every 4, 64 of 4x4 every 2, 64 of 3x3; where a side
/// is shorter than 36, by 32 of 3x3 and 64 of 3x3 every 2, padded. They read the vectors, joined, by a layer. All of
/// that, joined again, goes through a last layer. These layers are rectified and of the same width. Bytes are divided
/// by their leaf's upper bound.
struct Encoder : torch::nn::Module {
  Encoder(const std::vector<Leaf>& leaves, Body body, std::int64_t width, Random& random);
  /// Each leaf as [rows, shape...] of its type -> [rows, width].
  [[nodiscard]] torch::Tensor forward(const std::vector<torch::Tensor>& inputs);

  torch::nn::Linear vector_layer{nullptr}, last{nullptr};

 private:
  [[nodiscard]] torch::Tensor vectors_of(const std::vector<torch::Tensor>& inputs) const;

  std::vector<Leaf> leaves_;
  Body body_;
  std::vector<std::vector<torch::nn::Conv2d>> convolutions_;  ///< of each leaf; none of one that is read as a vector
};

/// Throws std::invalid_argument where the body cannot read what an environment shows: a conv body without an image.
void require_readable(const std::vector<Leaf>& leaves, Body body);

}  // namespace pbt::rl
