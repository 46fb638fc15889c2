#include "rl/ppo.h"

#include <ATen/ATen.h>
#include <torch/nn/utils/clip_grad.h>
#include <torch/types.h>

#include <algorithm>
#include <cassert>

namespace pbt::rl {
namespace {

/// The rows that a minibatch learns from; of which environments, for a network with memory.
struct Rows {
  torch::Tensor rows;
  torch::Tensor environments;
};

torch::Tensor selected(const torch::Tensor& all, const torch::Tensor& rows) {
  return all.defined() ? all.index_select(0, rows) : all;
}

/// -mean(min(r A, clip(r) A)), of the rows that count.
torch::Tensor clipped_loss(const torch::Tensor& log_ratio, const torch::Tensor& advantages, double clip_range,
                           const torch::Tensor& counts = {}) {
  const auto ratio = log_ratio.exp();
  const auto gain = torch::min(ratio * advantages, ratio.clamp(1 - clip_range, 1 + clip_range) * advantages);
  return counts.defined() ? -(gain * counts).sum() / counts.sum().clamp_min(1) : -gain.mean();
}

Output output_of(Model& model, const Batch& batch, const Rows& part) {
  std::vector<torch::Tensor> leaves;
  for (const auto& leaf : batch.leaves) leaves.push_back(leaf.index_select(0, part.rows));
  if (!model.network.has_memory()) {
    Memory none;
    return model.network.forward(leaves, batch.begins, none);
  }
  Memory memory;
  for (const auto& each : batch.memory) memory.push_back(each.index_select(0, part.environments));
  const auto begins = batch.begins.index_select(1, part.environments.cpu());
  return model.network.forward(leaves, begins, memory, selected(batch.manager.goals, part.rows));
}

/// The manager's policy and value losses.
std::pair<torch::Tensor, torch::Tensor> manager_losses(const Output& output, const ManagerBatch& manager,
                                                       const torch::Tensor& rows, const Config& config) {
  const auto cosines = at::cosine_similarity(selected(manager.directions, rows), output.goals, 1, 1e-8);
  return {clipped_loss(cosines - selected(manager.cosines, rows), selected(manager.advantages, rows), config.clip_range,
                       selected(manager.counts, rows)),
          (output.manager_values - selected(manager.returns, rows)).square().mean()};
}

/// One step of Adam; answers the losses, [policy, value, entropy, manager].
torch::Tensor take_minibatch(Model& model, const Batch& batch, const Rows& part, const Config& config) {
  const Output output = output_of(model, batch, part);
  const ActionTensors actions{selected(batch.actions.choices, part.rows), selected(batch.actions.drawn, part.rows),
                              selected(batch.actions.allowed, part.rows)};
  const Judged judged = judge(model.spaces.action, output.head, model.network.log_deviations, actions);
  const auto policy_loss = clipped_loss(judged.log_probabilities - selected(batch.log_probabilities, part.rows),
                                        selected(batch.advantages, part.rows), config.clip_range);
  const auto value_loss = (output.values - selected(batch.returns, part.rows)).square().mean();
  const auto entropy = judged.entropies.mean();
  auto loss = policy_loss + config.value_cost * value_loss - config.entropy_cost * entropy;
  auto manager_loss = torch::zeros_like(entropy).detach();
  if (output.goals.defined()) {
    const auto losses = manager_losses(output, batch.manager, part.rows, config);
    manager_loss = losses.first;
    loss = loss + losses.first + config.value_cost * losses.second;
  }
  model.optimiser.zero_grad();
  loss.backward();
  torch::nn::utils::clip_grad_norm_(model.network.parameters(), config.gradient_norm_max);
  model.optimiser.step();
  return torch::stack({policy_loss, value_loss, entropy, manager_loss}).detach();
}

/// 0 to count - 1, to be shuffled again and again.
struct Order {
  explicit Order(std::int64_t count) : numbers(torch::arange(count, torch::kLong)) {}
  void shuffle(Random& random) {
    std::int64_t* const all = numbers.data_ptr<std::int64_t>();
    for (auto i = static_cast<std::size_t>(numbers.numel()); i > 1; --i) std::swap(all[i - 1], all[random.index(i)]);
  }
  torch::Tensor numbers;
};

/// Part k of `parts` of an order of rows, or of environments where the network has a memory.
Rows part_of(const Model& model, const Batch& batch, const Order& order, std::int64_t k, std::int64_t parts) {
  const std::int64_t count = order.numbers.numel();
  const auto chosen = order.numbers.slice(0, k * count / parts, (k + 1) * count / parts).to(model.device);
  if (!model.network.has_memory()) return {chosen, {}};
  const auto steps = torch::arange(batch.steps, chosen.options()) * batch.width;
  return {(steps.unsqueeze(1) + chosen.unsqueeze(0)).flatten(), chosen};
}

}  // namespace

Losses improve(Model& model, const Rollout& rollout, const Config& config, Random& random, Stopping& stopping) {
  assert(rollout.size() > 0);
  const Batch batch = prepare(model, rollout, config);
  const std::int64_t rows = batch.steps * batch.width;
  Order order(model.network.has_memory() ? batch.width : rows);
  const std::int64_t parts = std::clamp<std::int64_t>(rows / config.minibatch, 1, order.numbers.numel());

  auto sums = torch::zeros({4}, torch::TensorOptions().device(model.device));
  std::int64_t updates = 0;
  for (std::int64_t epoch = 0; epoch < config.epochs; ++epoch) {
    order.shuffle(random);
    for (std::int64_t k = 0; k < parts; ++k, ++updates) {
      (void)stopping.asked();  // may throw; to be saved, the steps that it counts must have been learnt from
      sums += take_minibatch(model, batch, part_of(model, batch, order, k, parts), config);
    }
  }
  model.step += rows;
  const auto means = (sums / std::max<std::int64_t>(updates, 1)).cpu();
  const float* mean = means.data_ptr<float>();
  return {mean[0], mean[1], mean[2], mean[3], batch.intrinsic};
}

}  // namespace pbt::rl
