#include "rl/batch.h"

#include <ATen/ATen.h>
#include <torch/types.h>

#include <algorithm>
#include <numeric>

#include "rl/gae.h"

namespace pbt::rl {
namespace {

std::vector<float> vector_of(const torch::Tensor& tensor) {
  const auto here = tensor.cpu().contiguous();
  const float* values = here.data_ptr<float>();
  return {values, values + here.numel()};
}

torch::Tensor tensor_of(const std::vector<float>& values, torch::Device device) {
  return torch::tensor(values).to(device);
}

/// What follows each row: the next row's value within an episode, 0 after a termination, what the network said ahead
/// where no row shows what came.
std::vector<float> following(const Rollout& rollout, const std::vector<float>& values, float Rollout::Ahead::* ahead) {
  std::vector<float> next(rollout.size(), 0.0F);
  for (std::size_t i = 0; i + rollout.width < rollout.size(); ++i)
    if (rollout.over[i] == 0) next[i] = values[i + rollout.width];
  for (const auto& state : rollout.ahead) next[state.row] = state.*ahead;
  return next;
}

/// Advantages, and what is added to them to get returns.
struct Estimates {
  std::vector<float> rewards;
  std::vector<float> values;
  float Rollout::Ahead::* ahead;
  double discount;
};

void estimate(const Rollout& rollout, const Estimates& of, double lambda, torch::Device device,
              torch::Tensor& advantages, torch::Tensor& returns) {
  const auto raw = tensor_of(rl::advantages(of.rewards, of.values, following(rollout, of.values, of.ahead),
                                            rollout.over, rollout.width, of.discount, lambda),
                             device);
  returns = raw + tensor_of(of.values, device);
  advantages = (raw - raw.mean()) / (raw.std(/*unbiased=*/false) + 1e-8);
}

/// The row whose latent ends the direction of each row: `horizon` steps on, or the last one that is seen of its
/// episode.
torch::Tensor ends_of_directions(const Rollout& rollout) {
  const std::size_t steps = rollout.steps();
  std::vector<std::int64_t> last(rollout.size()), ends(rollout.size());
  for (std::size_t i = rollout.size(); i-- > 0;) {
    const std::size_t t = i / rollout.width;
    last[i] = rollout.over[i] != 0 || t + 1 == steps ? static_cast<std::int64_t>(t) : last[i + rollout.width];
    const std::int64_t end = std::min(last[i], static_cast<std::int64_t>(t) + Feudal::horizon);
    ends[i] = end * static_cast<std::int64_t>(rollout.width) + static_cast<std::int64_t>(i % rollout.width);
  }
  return torch::tensor(ends, torch::kLong);
}

ManagerBatch manager_batch(const Rollout& rollout, const Output& said, const std::vector<float>& rewards,
                           const Config& config, torch::Device device) {
  ManagerBatch batch;
  const auto ends = ends_of_directions(rollout).to(device);
  batch.goals = said.goals;
  batch.directions = said.latents.index_select(0, ends) - said.latents;
  batch.counts = ends.ne(at::arange(ends.size(0), ends.options())).to(torch::kFloat);
  batch.cosines = at::cosine_similarity(batch.directions, batch.goals, 1, 1e-8);
  const Estimates of{rewards, vector_of(said.manager_values), &Rollout::Ahead::manager_value, config.manager_discount};
  estimate(rollout, of, config.gae_lambda, device, batch.advantages, batch.returns);
  return batch;
}

ActionTensors action_tensors(const Rollout& rollout, const ActionSpace& space, torch::Device device) {
  const auto rows = static_cast<std::int64_t>(rollout.size());
  ActionTensors actions;
  if (!space.choices.empty()) actions.choices = torch::tensor(rollout.choices, torch::kLong).reshape({rows, -1});
  if (!space.low.empty()) actions.drawn = torch::tensor(rollout.drawn).reshape({rows, -1});
  if (space.masked) actions.allowed = torch::tensor(rollout.seen.allowed, torch::kByte).reshape({rows, -1});
  for (auto* tensor : {&actions.choices, &actions.drawn, &actions.allowed})
    if (tensor->defined()) *tensor = tensor->to(device);
  return actions;
}

/// What the network said when it acted; what it says now, its weights being the same, where plain loops acted for it.
Output output_of(Model& model, const Rollout& rollout, const Batch& batch) {
  if (!rollout.said.empty()) return joined(rollout.said);
  Memory none;
  return model.network.forward(batch.leaves, batch.begins, none);
}

}  // namespace

Batch prepare(Model& model, const Rollout& rollout, const Config& config) {
  const torch::NoGradGuard no_grad;
  const torch::Device device = model.device;
  Batch batch;
  batch.steps = static_cast<std::int64_t>(rollout.steps());
  batch.width = static_cast<std::int64_t>(rollout.width);
  batch.leaves = tensors_of(rollout.seen, model.spaces, batch.steps * batch.width, device);
  batch.actions = action_tensors(rollout, model.spaces.action, device);
  batch.begins = torch::tensor(rollout.begins).reshape({batch.steps, batch.width});
  batch.memory = rollout.memory;

  const Output said = output_of(model, rollout, batch);
  batch.log_probabilities =
      judge(model.spaces.action, said.head, model.network.log_deviations, batch.actions).log_probabilities;
  std::vector<float> rewards;
  for (const double reward : rollout.rewards) rewards.push_back(static_cast<float>(config.reward_scale * reward));
  if (said.goals.defined()) {
    batch.manager = manager_batch(rollout, said, rewards, config, device);
    const auto intrinsic = following(rollout, vector_of(said.intrinsic), &Rollout::Ahead::intrinsic);
    batch.intrinsic = std::accumulate(intrinsic.begin(), intrinsic.end(), 0.0) / static_cast<double>(rollout.size());
    for (std::size_t i = 0; i < rewards.size(); ++i)
      rewards[i] += static_cast<float>(config.intrinsic_cost) * intrinsic[i];
  }
  const Estimates of{rewards, vector_of(said.values), &Rollout::Ahead::value, config.discount};
  estimate(rollout, of, config.gae_lambda, device, batch.advantages, batch.returns);
  return batch;
}

}  // namespace pbt::rl
