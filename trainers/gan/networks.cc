#include "gan/networks.h"

#include <torch/types.h>

#include "gan/transposed.h"

namespace pbt::gan {
namespace {

constexpr std::int64_t halvings = 3;
constexpr std::int64_t smallest = 4;  ///< pixels, where the projection ends
constexpr double slope = 0.2;
constexpr double deviation = 0.02;
constexpr double tiny = 1e-12;  // keeps a vector of zeros from a division by zero

template <class Options>
Options of_stride_two(std::int64_t from, std::int64_t to, bool bias) {
  return Options(from, to, /*kernel_size=*/4).stride(2).padding(1).bias(bias);
}

/// Weights about 0 and scales about 1, biases 0.
void initialise(torch::nn::Module& module, Random random) {
  const torch::NoGradGuard no_grad;
  at::Generator generator = generator_from(random);
  for (auto& item : module.named_parameters()) {
    torch::Tensor& parameter = item.value();
    const bool is_bias = item.key().find("bias") != std::string::npos;
    if (is_bias) {
      parameter.zero_();
    } else {
      parameter.normal_(parameter.dim() == 1 ? 1 : 0, deviation, generator);
    }
  }
}

torch::Tensor matrix_of(const torch::Tensor& weight) { return weight.reshape({weight.size(0), -1}); }

void set_direction(torch::Tensor& vector, const torch::Tensor& to) { vector.copy_(to / to.norm().clamp_min(tiny)); }

}  // namespace

Generator::Generator(std::int64_t latent, std::int64_t width, std::int64_t channels, Random random)
    : width_(width), projection_(torch::nn::LinearOptions(latent, 4 * width * smallest * smallest).bias(false)) {
  register_module("projection", projection_);
  const std::int64_t sizes[] = {4 * width, 2 * width, width, channels};
  for (std::size_t i = 0; i < halvings; ++i) {
    const bool last = i + 1 == halvings;
    normalisations_.emplace_back(sizes[i]);
    convolutions_.emplace_back(of_stride_two<torch::nn::ConvTranspose2dOptions>(sizes[i], sizes[i + 1], /*bias=*/last));
    register_module("normalisation" + std::to_string(i), normalisations_.back());
    register_module("convolution" + std::to_string(i), convolutions_.back());
  }
  initialise(*this, random);
  lay_out_channels_last(*this);
}

torch::Tensor Generator::forward(const torch::Tensor& latents) {
  torch::Tensor x = projection_(latents).view({-1, 4 * width_, smallest, smallest});
  for (std::size_t i = 0; i + 1 < halvings; ++i)
    x = transposed_convolution(normalisations_[i](x).relu_(), convolutions_[i]->weight);
  return convolutions_.back()(normalisations_.back()(x).relu_()).tanh();
}

Discriminator::Discriminator(std::int64_t channels, std::int64_t width, bool spectral_norm, Random random)
    : head_(4 * width * smallest * smallest, 1) {
  const std::int64_t sizes[] = {channels, width, 2 * width, 4 * width};
  for (std::size_t i = 0; i < halvings; ++i) {
    const bool normalised = i > 0 && !spectral_norm;
    convolutions_.emplace_back(of_stride_two<torch::nn::Conv2dOptions>(sizes[i], sizes[i + 1], /*bias=*/!normalised));
    register_module("convolution" + std::to_string(i), convolutions_.back());
    if (!normalised) continue;
    normalisations_.emplace_back(sizes[i + 1]);
    register_module("normalisation" + std::to_string(i), normalisations_.back());
  }
  register_module("head", head_);
  initialise(*this, random);
  lay_out_channels_last(*this);
  if (!spectral_norm) return;
  at::Generator generator = generator_from(Random(random.next(), Purpose::weights));
  for (std::size_t layer = 0; layer <= halvings; ++layer) {
    const auto& own = layer < halvings ? convolutions_[layer]->weight : head_->weight;
    const std::string name = "layer" + std::to_string(layer);
    vectors_.push_back({register_buffer(name + "_left", normal({own.size(0)}, generator, torch::kCPU)),
                        register_buffer(name + "_right", torch::zeros({own[0].numel()}))});
    set_direction(vectors_.back().left, vectors_.back().left.clone());
  }
  constexpr int iterations_at_first = 15;
  for (int i = 0; i < iterations_at_first; ++i) iterate();
}

torch::Tensor Discriminator::weight(std::size_t layer) const {
  const torch::Tensor& own = layer < halvings ? convolutions_[layer]->weight : head_->weight;
  if (vectors_.empty()) return own;
  const auto& [left, right] = vectors_[layer];
  return own / at::dot(left, at::mv(matrix_of(own), right));
}

std::vector<torch::Tensor> Discriminator::acting_weights() const {
  std::vector<torch::Tensor> weights;
  for (std::size_t layer = 0; layer <= halvings; ++layer) weights.push_back(weight(layer));
  return weights;
}

torch::Tensor Discriminator::forward(const torch::Tensor& images) {
  torch::Tensor x = images;
  for (std::size_t i = 0; i < halvings; ++i) {
    x = torch::conv2d(x, weight(i), convolutions_[i]->bias, /*stride=*/2, /*padding=*/1);
    if (i > 0 && !normalisations_.empty()) x = normalisations_[i - 1](x);
    x = at::leaky_relu_(x, slope);
  }
  return torch::linear(x.flatten(1), weight(halvings), head_->bias).squeeze(1);
}

void Discriminator::iterate() {
  const torch::NoGradGuard no_grad;
  for (std::size_t layer = 0; layer < vectors_.size(); ++layer) {
    const auto matrix = matrix_of(layer < halvings ? convolutions_[layer]->weight : head_->weight);
    auto& [left, right] = vectors_[layer];
    set_direction(right, at::mv(matrix.t(), left));
    set_direction(left, at::mv(matrix, right));
  }
}

}  // namespace pbt::gan
