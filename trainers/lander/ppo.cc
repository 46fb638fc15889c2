#include "lander/ppo.h"

#include <torch/nn/utils/clip_grad.h>
#include <torch/types.h>

#include <cassert>
#include <numeric>

#include "lander/gae.h"

namespace pbt::lander {
namespace {

/// A rollout as the loss needs it, one row a step.
struct Batch {
  torch::Tensor observations, actions, log_probabilities, advantages, returns;
};

torch::Tensor tensor_of(const std::vector<Observation>& observations) {
  const auto rows = static_cast<std::int64_t>(observations.size());
  auto tensor = torch::empty({rows, observation_size});
  std::copy_n(observations.front().data(), observations.size() * observation_size, tensor.data_ptr<float>());
  return tensor;
}

torch::Tensor tensor_of(const std::vector<float>& values) {
  auto tensor = torch::empty({static_cast<std::int64_t>(values.size())});
  std::copy(values.begin(), values.end(), tensor.data_ptr<float>());
  return tensor;
}

std::vector<float> vector_of(const torch::Tensor& tensor) {
  const float* values = tensor.data_ptr<float>();
  return {values, values + tensor.numel()};
}

torch::Tensor log_probabilities_of(const torch::Tensor& log_policy, const torch::Tensor& actions) {
  return log_policy.gather(1, actions.unsqueeze(1)).squeeze(1);
}

/// V(s_{t+1}): the next row's value within an episode, 0 after a termination; only truncated episodes and the last row,
/// which have no next row, need values of their own.
std::vector<float> next_values_of(Model& model, const Rollout& rollout, const std::vector<float>& values) {
  std::vector<float> next_values(rollout.size(), 0.0F);
  std::vector<std::size_t> cut_off;
  std::vector<Observation> seen;
  for (std::size_t i = 0; i < rollout.size(); ++i) {
    if (rollout.terminated[i] != 0) continue;
    if (rollout.over[i] == 0 && i + rollout.width < rollout.size()) {
      next_values[i] = values[i + rollout.width];
      continue;
    }
    cut_off.push_back(i);
    seen.push_back(rollout.next[i]);
  }
  if (cut_off.empty()) return next_values;
  const auto cut_off_values = vector_of(model.networks.value(tensor_of(seen)));
  for (std::size_t k = 0; k < cut_off.size(); ++k) next_values[cut_off[k]] = cut_off_values[k];
  return next_values;
}

Batch prepare(Model& model, const Rollout& rollout, const Config& config) {
  const torch::NoGradGuard no_grad;
  Batch batch;
  batch.observations = tensor_of(rollout.observations);
  batch.actions = torch::empty({static_cast<std::int64_t>(rollout.size())}, torch::kLong);
  std::transform(rollout.actions.begin(), rollout.actions.end(), batch.actions.data_ptr<std::int64_t>(),
                 [](Action action) { return static_cast<std::int64_t>(action); });
  batch.log_probabilities =
      log_probabilities_of(model.networks.policy(batch.observations).log_softmax(1), batch.actions);

  const auto values = model.networks.value(batch.observations);
  std::vector<float> rewards;
  for (const double reward : rollout.rewards) rewards.push_back(static_cast<float>(reward_scale * reward));
  const auto old_values = vector_of(values);
  batch.advantages = tensor_of(advantages(rewards, old_values, next_values_of(model, rollout, old_values), rollout.over,
                                          rollout.width, config.discount, config.gae_lambda));
  batch.returns = batch.advantages + values;
  const auto spread = batch.advantages.std(/*unbiased=*/false);
  batch.advantages = (batch.advantages - batch.advantages.mean()) / (spread + 1e-8);
  return batch;
}

Losses take_minibatch(Model& model, const Batch& batch, const torch::Tensor& rows, const Config& config) {
  const auto observations = batch.observations.index_select(0, rows);
  const auto advantages = batch.advantages.index_select(0, rows);
  const auto log_policy = model.networks.policy(observations).log_softmax(1);
  const auto ratio = (log_probabilities_of(log_policy, batch.actions.index_select(0, rows)) -
                      batch.log_probabilities.index_select(0, rows))
                         .exp();
  const auto clipped = ratio.clamp(1 - config.clip_range, 1 + config.clip_range);
  const auto policy_loss = -torch::min(ratio * advantages, clipped * advantages).mean();
  const auto value_loss = (model.networks.value(observations) - batch.returns.index_select(0, rows)).square().mean();
  const auto entropy = -(log_policy.exp() * log_policy).sum(1).mean();

  model.optimiser.zero_grad();
  (policy_loss + value_cost * value_loss - config.entropy_cost * entropy).backward();
  torch::nn::utils::clip_grad_norm_(model.networks.parameters(), gradient_norm_max);
  model.optimiser.step();
  return {policy_loss.item<double>(), value_loss.item<double>(), entropy.item<double>()};
}

}  // namespace

Losses improve(Model& model, const Rollout& rollout, const Config& config, Random& random) {
  assert(rollout.size() > 0);
  const Batch batch = prepare(model, rollout, config);
  const std::size_t minibatch_count = std::max<std::size_t>(1, rollout.size() / minibatch_size);
  auto order = torch::arange(static_cast<std::int64_t>(rollout.size()), torch::kLong);
  std::int64_t* const rows = order.data_ptr<std::int64_t>();

  Losses sums;
  for (int epoch = 0; epoch < epoch_count; ++epoch) {
    for (std::size_t i = rollout.size(); i > 1; --i) std::swap(rows[i - 1], rows[random.index(i)]);
    for (std::size_t k = 0; k < minibatch_count; ++k) {
      const auto begin = static_cast<std::int64_t>(k * rollout.size() / minibatch_count);
      const auto end = static_cast<std::int64_t>((k + 1) * rollout.size() / minibatch_count);
      const Losses losses = take_minibatch(model, batch, order.slice(0, begin, end), config);
      sums.policy += losses.policy;
      sums.value += losses.value;
      sums.entropy += losses.entropy;
    }
  }
  model.step += static_cast<std::int64_t>(rollout.size());
  const double updates = static_cast<double>(minibatch_count) * epoch_count;
  return {sums.policy / updates, sums.value / updates, sums.entropy / updates};
}

}  // namespace pbt::lander
