#include "rl/feudal.h"

#include <ATen/ATen.h>
#include <torch/types.h>

namespace pbt::rl {
namespace {

// The parts of a feudal memory.
enum Part : std::size_t { age, manager_hidden, manager_cell, worker_hidden, worker_cell, past_goals, past_latents };

/// [n, slots, 1]: 1 in the slot of each environment's age, 0 elsewhere.
torch::Tensor slot_of(const torch::Tensor& age, std::int64_t slots) {
  return at::one_hot(age.remainder(slots), slots).to(torch::kFloat).unsqueeze(2);
}

torch::Tensor with_slot(const torch::Tensor& all, const torch::Tensor& slot, const torch::Tensor& one) {
  return all * (1 - slot) + one.unsqueeze(1) * slot;
}

}  // namespace

DilatedLstm::DilatedLstm(std::int64_t inputs, std::int64_t units, std::int64_t groups, trainers::Random& random)
    : core(register_module("core", std::make_shared<LstmCell>(inputs, units, random))), radius(groups) {}

torch::Tensor DilatedLstm::step(const torch::Tensor& input, torch::Tensor& hidden, torch::Tensor& cell,
                                const torch::Tensor& age) {
  const auto slot = slot_of(age, radius);
  const auto next = core->step(input, (hidden * slot).sum(1), (cell * slot).sum(1));
  hidden = with_slot(hidden, slot, next.first);
  cell = with_slot(cell, slot, next.second);
  return hidden.sum(1);
}

Feudal::Feudal(std::int64_t width, std::int64_t outputs, trainers::Random& random) : width_(width) {
  latent = register_module("latent", torch::nn::Linear(width, width));
  manager = register_module("manager", std::make_shared<DilatedLstm>(width, width, radius, random));
  worker = register_module("worker", std::make_shared<LstmCell>(width, width, random));
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
  const auto device = latent->weight.device();
  const auto zeros = [&](std::vector<std::int64_t> shape) {
    return torch::zeros(shape, torch::TensorOptions().device(device));
  };
  Memory memory(past_latents + 1);
  memory[age] = torch::zeros({n}, torch::TensorOptions().device(device).dtype(torch::kLong));
  memory[manager_hidden] = zeros({n, radius, width_});
  memory[manager_cell] = zeros({n, radius, width_});
  memory[worker_hidden] = zeros({n, width_});
  memory[worker_cell] = zeros({n, width_});
  memory[past_goals] = zeros({n, horizon, width_});
  memory[past_latents] = zeros({n, horizon, width_});
  return memory;
}

Output Feudal::step(const torch::Tensor& features, Memory& memory, const torch::Tensor& goals) {
  Output output;
  const auto state = latent(features).relu();
  output.latents = state.detach();
  const auto raw = manager->step(state, memory[manager_hidden], memory[manager_cell], memory[age]);
  output.manager_values = manager_value(raw).squeeze(1);
  output.goals = raw / (raw.norm(2, {1}, /*keepdim=*/true) + 1e-6);

  const auto followed = goals.defined() ? goals : output.goals.detach();
  {
    const torch::NoGradGuard no_grad;
    // A goal that was not set yet is 0, and so is its cosine.
    output.intrinsic =
        at::cosine_similarity(output.latents.unsqueeze(1) - memory[past_latents], memory[past_goals], 2, 1e-8).sum(1) /
        horizon;
  }
  const auto pooled = memory[past_goals].sum(1) + followed;
  const auto slot = slot_of(memory[age], horizon);
  memory[past_goals] = with_slot(memory[past_goals], slot, followed);
  memory[past_latents] = with_slot(memory[past_latents], slot, output.latents);
  memory[age] = memory[age] + 1;

  std::tie(memory[worker_hidden], memory[worker_cell]) =
      worker->step(features, memory[worker_hidden], memory[worker_cell]);
  const auto embedded = action_embedding(memory[worker_hidden]).reshape({features.size(0), -1, embedding});
  output.head = at::bmm(embedded, goal_embedding(pooled).unsqueeze(2)).squeeze(2);
  output.values = worker_value(memory[worker_hidden]).squeeze(1);
  return output;
}

}  // namespace pbt::rl
