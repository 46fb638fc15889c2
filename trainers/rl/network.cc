#include "rl/network.h"

#include <torch/types.h>

#include <cassert>

namespace pbt::rl {
namespace {

using Field = torch::Tensor Output::*;
constexpr Field all_fields[] = {&Output::head,  &Output::values,  &Output::manager_values,
                                &Output::goals, &Output::latents, &Output::intrinsic};

}  // namespace

Network::Network(const Spaces& spaces, Body body, std::int64_t width, Random random) {
  const auto continuous = static_cast<std::int64_t>(spaces.action.low.size());
  const std::int64_t outputs = spaces.action.choice_count() + continuous;
  encoder = register_module("encoder", std::make_shared<Encoder>(spaces.observation, body, width, random));
  log_deviations = register_parameter("log_deviations", torch::zeros({continuous}));
  if (body == Body::feudal) {
    feudal = register_module("feudal", std::make_shared<Feudal>(width, outputs, random));
    return;
  }
  if (body == Body::mlp)
    value_encoder =
        register_module("value_encoder", std::make_shared<Encoder>(spaces.observation, body, width, random));
  if (body == Body::recurrent) lstm = register_module("lstm", std::make_shared<Lstm>(width, width, random));
  policy_head = register_module("policy_head", torch::nn::Linear(width, outputs));
  value_head = register_module("value_head", torch::nn::Linear(width, 1));
  initialise(*policy_head, 0.01, random);  // a policy that begins near uniform tries everything
  initialise(*value_head, 1.0, random);
}

Memory Network::new_memory(std::int64_t n) const {
  if (feudal) return feudal->new_memory(n);
  if (!lstm) return {};
  const auto empty = torch::zeros({n, lstm->units()}, lstm->hidden_weights.options()).detach();
  return {empty, empty.clone()};
}

Output Network::with_heads(const torch::Tensor& policy_features, const torch::Tensor& value_features) {
  Output output;
  output.head = policy_head(policy_features);
  output.values = value_head(value_features).squeeze(1);
  return output;
}

Output Network::forward(const std::vector<torch::Tensor>& leaves, const torch::Tensor& begins, Memory& memory,
                        const torch::Tensor& goals) {
  const auto features = encoder->forward(leaves);
  if (!has_memory()) return with_heads(features, value_encoder ? value_encoder->forward(leaves) : features);
  assert(features.size(0) == begins.numel());
  if (feudal) return feudal->run(features, begins, memory, goals);
  const bool begin_any = begins.count_nonzero().item<std::int64_t>() > 0;
  const auto kept = begin_any ? 1 - begins.to(features.device()) : torch::Tensor();
  const auto hidden = lstm->run(lstm->project(features), kept, memory[0], memory[1]);
  return with_heads(hidden, hidden);
}

Output joined(const std::vector<Output>& steps) {
  Output all;
  for (const Field field : all_fields) {
    std::vector<torch::Tensor> parts;
    for (const Output& step : steps)
      if ((step.*field).defined()) parts.push_back(step.*field);
    if (!parts.empty()) all.*field = parts.size() == 1 ? parts.front() : torch::cat(parts);
  }
  return all;
}

}  // namespace pbt::rl
