#include "lander/model.h"

#include <torch/types.h>

#include <cmath>

namespace pbt::lander {
namespace {

/// Uniform weights of variance gain^2 / inputs, biases 0. From our own generator: libtorch's is global.
void initialise(torch::nn::Linear& layer, double gain, Random& random) {
  const torch::NoGradGuard no_grad;
  const double bound = gain * std::sqrt(3.0 / static_cast<double>(layer->options.in_features()));
  float* weights = layer->weight.data_ptr<float>();
  for (std::int64_t i = 0; i < layer->weight.numel(); ++i)
    weights[i] = static_cast<float>(random.uniform(-bound, bound));
  layer->bias.zero_();
}

template <std::size_t inputs, std::size_t outputs>
void copy(const torch::nn::Linear& from, ActingNetwork::Layer<inputs, outputs>& to) {
  const auto weights = from->weight.accessor<float, 2>();
  const auto bias = from->bias.accessor<float, 1>();
  for (std::size_t o = 0; o < outputs; ++o) {
    const auto row = static_cast<std::int64_t>(o);
    to.bias[o] = bias[row];
    for (std::size_t i = 0; i < inputs; ++i) to.weights[i][o] = weights[row][static_cast<std::int64_t>(i)];
  }
}

torch::optim::AdamOptions& options_of(torch::optim::Adam& optimiser) {
  return static_cast<torch::optim::AdamOptions&>(optimiser.param_groups().front().options());
}

}  // namespace

Networks::Networks(Random random)
    : policy_first(observation_size, hidden_size),
      policy_second(hidden_size, hidden_size),
      policy_head(hidden_size, action_count),
      value_first(observation_size, hidden_size),
      value_second(hidden_size, hidden_size),
      value_head(hidden_size, 1) {
  register_module("policy_first", policy_first);
  register_module("policy_second", policy_second);
  register_module("policy_head", policy_head);
  register_module("value_first", value_first);
  register_module("value_second", value_second);
  register_module("value_head", value_head);
  // 5/3 keeps the variance through a tanh; a policy that begins near uniform tries everything.
  for (auto* layer : {&policy_first, &policy_second, &value_first, &value_second})
    initialise(*layer, 5.0 / 3.0, random);
  initialise(policy_head, 0.01, random);
  initialise(value_head, 1.0, random);
}

torch::Tensor Networks::policy(const torch::Tensor& observations) {
  return policy_head(policy_second(policy_first(observations).tanh()).tanh());
}

torch::Tensor Networks::value(const torch::Tensor& observations) {
  return value_head(value_second(value_first(observations).tanh()).tanh()).squeeze(1);
}

Model::Model(std::uint64_t seed)
    : networks(Random(seed, Purpose::weights)),
      optimiser(networks.parameters(), torch::optim::AdamOptions(1e-3).eps(1e-5)) {}

double Model::learning_rate() { return options_of(optimiser).lr(); }

void Model::set_learning_rate(double rate) { options_of(optimiser).lr(rate); }

ActingNetwork Model::acting_network() const {
  ActingNetwork acting;
  copy(networks.policy_first, acting.first);
  copy(networks.policy_second, acting.second);
  copy(networks.policy_head, acting.head);
  return acting;
}

bool Model::finite() const {
  for (const auto& tensor : networks.parameters())
    if (!torch::isfinite(tensor).all().item<bool>()) return false;
  return true;
}

}  // namespace pbt::lander
