#include "rl/model.h"

#include <torch/types.h>

namespace pbt::rl {
namespace {

constexpr std::size_t plain_weights_max = 1 << 15;  // of the first two layers; beyond, libtorch's GEMM is faster

PlainLayer copy_of(const torch::nn::Linear& layer) {
  const auto weights = layer->weight.detach().cpu().contiguous();
  const auto bias = layer->bias.detach().cpu().contiguous();
  return {weights.data_ptr<float>(), bias.data_ptr<float>(), static_cast<std::size_t>(weights.size(1)),
          static_cast<std::size_t>(weights.size(0))};
}

torch::optim::AdamOptions& adam_options_of(torch::optim::Adam& optimiser) {
  return static_cast<torch::optim::AdamOptions&>(optimiser.param_groups().front().options());
}

}  // namespace

Model::Model(const Options& of, const Spaces& seen, torch::Device where, std::uint64_t seed)
    : options(of),
      spaces(seen),
      device(where),
      network(seen, of.body, width_of(of), Random(seed, Purpose::weights)),
      optimiser((network.to(device), network.parameters()), torch::optim::AdamOptions(1e-3).eps(1e-5)),
      normaliser(normaliser_for(seen)) {}

double Model::learning_rate() { return adam_options_of(optimiser).lr(); }

void Model::set_learning_rate(double rate) { adam_options_of(optimiser).lr(rate); }

std::unique_ptr<PlainPolicy> Model::plain_policy() const {
  const Encoder& encoder = *network.encoder;
  if (options.body != Body::mlp) return nullptr;
  const auto weights = static_cast<std::size_t>(encoder.vector_layer->weight.numel() + encoder.last->weight.numel());
  if (weights > plain_weights_max) return nullptr;
  return std::make_unique<PlainPolicy>(copy_of(encoder.vector_layer), copy_of(encoder.last),
                                       copy_of(network.policy_head));
}

bool Model::finite() const {
  for (const auto& tensor : network.parameters())
    if (!torch::isfinite(tensor).all().item<bool>()) return false;
  return true;
}

}  // namespace pbt::rl
