#include "rl/feudal.h"

#include <ATen/ATen.h>
#include <torch/types.h>

#include <limits>
#include <vector>

namespace pbt::rl {
namespace {

// The parts of a feudal memory.
enum Part : std::size_t { manager_hidden, manager_cell, worker_hidden, worker_cell, past_goals, past_latents };

Reach reach_of(const torch::Tensor& begins, torch::Device device) {
  const auto count = begins.count_nonzero().item<std::int64_t>();
  if (count == 0) return {};
  const auto steps = begins.size(0), n = begins.size(1);
  auto reach = torch::empty({steps, n});
  const auto begin = begins.accessor<float, 2>();
  auto to = reach.accessor<float, 2>();
  for (std::int64_t i = 0; i < n; ++i) {
    float since = std::numeric_limits<float>::infinity();
    for (std::int64_t t = 0; t < steps; ++t) to[t][i] = since = begin[t][i] != 0 ? 0 : since + 1;
  }
  return reach.to(device);
}

/// Windows of each step: [T, n, width, count], the last dimension the `count` latest of `all` [P + T, n, width] up to
/// step t, oldest first; what lies before the step's episode is 0. `all` begins count - 1 before the first step.
torch::Tensor windows(const torch::Tensor& all, std::int64_t count, const Reach& reach) {
  const auto views = all.unfold(0, count, 1);
  if (!reach.defined()) return views;
  const auto back = torch::arange(count - 1, -1, -1, reach.options());
  return views * reach.unsqueeze(2).ge(back).to(torch::kFloat).unsqueeze(2);
}

/// What is remembered after the last step: the latest of `all` that are of its episode, as [n, count, width].
torch::Tensor latest(const torch::Tensor& all, std::int64_t count, const Reach& reach) {
  const auto last = all.slice(0, all.size(0) - count);
  return windows(last, count, reach.defined() ? reach.slice(0, reach.size(0) - 1) : reach)
      .squeeze(0)
      .transpose(1, 2)
      .contiguous()
      .detach();
}

torch::Tensor steps_first(const torch::Tensor& part) { return part.transpose(0, 1); }

}  // namespace

DilatedLstm::DilatedLstm(std::int64_t inputs, std::int64_t units, std::int64_t groups, trainers::Random& random)
    : core(register_module("core", std::make_shared<Lstm>(inputs, units, random))), radius(groups) {}

torch::Tensor DilatedLstm::run(const torch::Tensor& inputs, const Reach& reach, torch::Tensor& hidden,
                               torch::Tensor& cell) const {
  const std::int64_t n = hidden.size(0), units = core->units(), steps = inputs.size(0) / n;
  const auto projected = core->project(inputs).reshape({steps, n, -1});
  std::vector<torch::Tensor> hiddens{steps_first(hidden)}, cells{steps_first(cell)};  // blocks of `radius` steps
  for (std::int64_t begin = 0; begin < steps; begin += radius) {
    const std::int64_t count = std::min(radius, steps - begin);
    auto before = hiddens.back().slice(0, 0, count), cell_before = cells.back().slice(0, 0, count);
    if (reach.defined()) {
      const auto kept = reach.slice(0, begin, begin + count).ge(radius).to(torch::kFloat).unsqueeze(2);
      before = before * kept;
      cell_before = cell_before * kept;
    }
    const auto next = core->step(projected.slice(0, begin, begin + count).reshape({count * n, -1}),
                                 before.reshape({count * n, units}), cell_before.reshape({count * n, units}));
    hiddens.push_back(next.first.reshape({count, n, units}));
    cells.push_back(next.second.reshape({count, n, units}));
  }
  const auto all = torch::cat(hiddens);
  hidden = latest(all, radius, reach);
  cell = latest(torch::cat(cells), radius, reach);
  return windows(all.slice(0, 1), radius, reach).sum(3).flatten(0, 1);
}

Feudal::Feudal(std::int64_t width, std::int64_t outputs, trainers::Random& random) : width_(width) {
  latent = register_module("latent", torch::nn::Linear(width, width));
  manager = register_module("manager", std::make_shared<DilatedLstm>(width, width, radius, random));
  worker = register_module("worker", std::make_shared<Lstm>(width, width, random));
  manager_value = register_module("manager_value", torch::nn::Linear(width, 1));
  goal_embedding =
      register_module("goal_embedding", torch::nn::Linear(torch::nn::LinearOptions(width, embedding).bias(false)));
  action_embedding = register_module("action_embedding", torch::nn::Linear(width, outputs * embedding));
  worker_value = register_module("worker_value", torch::nn::Linear(width, 1));
  initialise(*latent, 1.4142135623730951, random);
  initialise(*manager_value, 1.0, random);
  initialise(*goal_embedding, 1.0, random);
  initialise(*action_embedding, 0.1, random);  // a policy that begins near uniform tries everything
  initialise(*worker_value, 1.0, random);
}

Memory Feudal::new_memory(std::int64_t n) const {
  const auto zeros = [&](std::vector<std::int64_t> shape) {
    return torch::zeros(shape, torch::TensorOptions().device(latent->weight.device()));
  };
  Memory memory(past_latents + 1);
  memory[manager_hidden] = zeros({n, radius, width_});
  memory[manager_cell] = zeros({n, radius, width_});
  memory[worker_hidden] = zeros({n, width_});
  memory[worker_cell] = zeros({n, width_});
  memory[past_goals] = zeros({n, horizon, width_});
  memory[past_latents] = zeros({n, horizon, width_});
  return memory;
}

Output Feudal::run(const torch::Tensor& features, const torch::Tensor& begins, Memory& memory,
                   const torch::Tensor& goals) {
  const std::int64_t steps = begins.size(0), n = begins.size(1);
  const Reach reach = reach_of(begins, features.device());
  const auto by_steps = [&](const torch::Tensor& rows) { return rows.reshape({steps, n, -1}); };
  Output output;
  const auto state = latent(features).relu();
  output.latents = state.detach();
  const auto raw = manager->run(state, reach, memory[manager_hidden], memory[manager_cell]);
  output.manager_values = manager_value(raw).squeeze(1);
  output.goals = raw / (raw.norm(2, {1}, /*keepdim=*/true) + 1e-6);

  // A goal from before the episode is 0, and so is its cosine.
  const auto followed = goals.defined() ? goals : output.goals.detach();
  const auto all_goals = torch::cat({steps_first(memory[past_goals]), by_steps(followed)});
  const auto all_latents = torch::cat({steps_first(memory[past_latents]), by_steps(output.latents)});
  const auto goal_windows = windows(all_goals, horizon + 1, reach);
  if (!goals.defined()) {
    const torch::NoGradGuard no_grad;
    const auto way = by_steps(output.latents).unsqueeze(3) - all_latents.unfold(0, horizon + 1, 1);
    output.intrinsic =
        at::cosine_similarity(way, goal_windows, 2, 1e-8).slice(2, 0, horizon).sum(2).flatten() / horizon;
  }
  memory[past_goals] = latest(all_goals, horizon, reach);
  memory[past_latents] = latest(all_latents, horizon, reach);

  const auto kept = reach.defined() ? 1 - begins.to(features.device()) : torch::Tensor();
  const auto hidden = worker->run(worker->project(features), kept, memory[worker_hidden], memory[worker_cell]);
  const auto embedded = action_embedding(hidden).reshape({steps * n, -1, embedding});
  const auto goal = goal_embedding(goal_windows.sum(3).flatten(0, 1));
  output.head = at::bmm(embedded, goal.unsqueeze(2)).squeeze(2);
  output.values = worker_value(hidden).squeeze(1);
  return output;
}

}  // namespace pbt::rl
