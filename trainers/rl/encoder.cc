#include "rl/encoder.h"

#include <torch/types.h>

#include <algorithm>
#include <stdexcept>

#include "rl/layers.h"

namespace pbt::rl {
namespace {

constexpr double relu_gain = 1.4142135623730951;  // keeps the variance through rectification
constexpr double tanh_gain = 5.0 / 3.0;           // and through a tanh

using Conv2d = torch::nn::Conv2d;
using ConvOptions = torch::nn::Conv2dOptions;

std::vector<Conv2d> convolutions_for(const Leaf& leaf) {
  const std::int64_t channels = leaf.shape[0];
  if (std::min(leaf.shape[1], leaf.shape[2]) < 36)
    return {Conv2d(ConvOptions(channels, 32, 3).padding(1)), Conv2d(ConvOptions(32, 64, 3).stride(2).padding(1))};
  return {Conv2d(ConvOptions(channels, 32, 8).stride(4)), Conv2d(ConvOptions(32, 64, 4).stride(2)),
          Conv2d(ConvOptions(64, 64, 3))};
}

/// Elements of what the convolutions make of a leaf.
std::int64_t output_size(const std::vector<Conv2d>& convolutions, const Leaf& leaf) {
  std::int64_t height = leaf.shape[1], width = leaf.shape[2], channels = leaf.shape[0];
  for (const Conv2d& convolution : convolutions) {
    const auto& options = convolution->options;
    const std::int64_t padding = c10::get<0>(options.padding())->at(0);
    height = (height + 2 * padding - options.kernel_size()->at(0)) / options.stride()->at(0) + 1;
    width = (width + 2 * padding - options.kernel_size()->at(1)) / options.stride()->at(1) + 1;
    channels = options.out_channels();
  }
  return channels * height * width;
}

torch::Tensor as_floats(const torch::Tensor& input, const Leaf& leaf) {
  if (leaf.type == Leaf::Type::real) return input;
  return input.to(torch::kFloat).mul_(1.0 / std::max(leaf.high, 1.0F));
}

std::string shapes_of(const std::vector<Leaf>& leaves) {
  std::string text;
  for (const Leaf& leaf : leaves) {
    text += text.empty() ? "[" : ", [";
    for (std::size_t k = 0; k < leaf.shape.size(); ++k) text += (k == 0 ? "" : ", ") + std::to_string(leaf.shape[k]);
    text += "]";
  }
  return text;
}

}  // namespace

void require_readable(const std::vector<Leaf>& leaves, Body body) {
  if (leaves.empty()) throw std::invalid_argument("the environment shows nothing to decide on: it has no observation");
  if (body == Body::conv && std::none_of(leaves.begin(), leaves.end(), is_image))
    throw std::invalid_argument("a conv body needs an image, [channels, height, width], and the environment shows " +
                                shapes_of(leaves) + ": take --body mlp or recurrent");
}

Encoder::Encoder(const std::vector<Leaf>& leaves, Body body, std::int64_t width, Random& random)
    : leaves_(leaves), body_(body), convolutions_(leaves.size()) {
  require_readable(leaves, body);
  std::int64_t joined = 0, in_vectors = 0;
  for (std::size_t k = 0; k < leaves.size(); ++k) {
    if (body == Body::mlp || !is_image(leaves[k])) {
      in_vectors += leaves[k].size();
      continue;
    }
    convolutions_[k] = convolutions_for(leaves[k]);
    for (std::size_t i = 0; i < convolutions_[k].size(); ++i) {
      register_module("leaf" + std::to_string(k) + "_conv" + std::to_string(i), convolutions_[k][i]);
      initialise(*convolutions_[k][i], relu_gain, random);
    }
    joined += output_size(convolutions_[k], leaves[k]);
  }
  const double gain = body == Body::mlp ? tanh_gain : relu_gain;
  if (in_vectors > 0) {
    vector_layer = register_module("vector", torch::nn::Linear(in_vectors, width));
    initialise(*vector_layer, gain, random);
    joined += width;
  }
  last = register_module("last", torch::nn::Linear(joined, width));
  initialise(*last, gain, random);
}

torch::Tensor Encoder::vectors_of(const std::vector<torch::Tensor>& inputs) const {
  std::vector<torch::Tensor> parts;
  for (std::size_t k = 0; k < inputs.size(); ++k)
    if (convolutions_[k].empty()) parts.push_back(as_floats(inputs[k], leaves_[k]).flatten(1));
  return parts.size() == 1 ? parts.front() : torch::cat(parts, 1);
}

torch::Tensor Encoder::forward(const std::vector<torch::Tensor>& inputs) {
  if (body_ == Body::mlp) return last(vector_layer(vectors_of(inputs)).tanh()).tanh();
  std::vector<torch::Tensor> parts;
  if (!vector_layer.is_empty()) parts.push_back(vector_layer(vectors_of(inputs)).relu());
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    if (convolutions_[k].empty()) continue;
    torch::Tensor image = as_floats(inputs[k], leaves_[k]);
    for (Conv2d& convolution : convolutions_[k]) image = convolution(image).relu();
    parts.push_back(image.flatten(1));
  }
  return last(parts.size() == 1 ? parts.front() : torch::cat(parts, 1)).relu();
}

}  // namespace pbt::rl
