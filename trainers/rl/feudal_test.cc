#include "rl/feudal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include "rl/batch.h"
#include "rl/testing.h"
#include "rl/toys.h"

namespace pbt::rl {
namespace {

constexpr std::int64_t latent_width = 8;

TEST(DilatedLstm, UpdatesTheGroupOfItsStepAlone) {
  Random random(1, Purpose::weights);
  const DilatedLstm lstm(2, 4, /*groups=*/3, random);
  const torch::NoGradGuard no_grad;
  auto hidden = numbers({2, 3, 4}, 5), cell = numbers({2, 3, 4}, 6);
  for (std::uint64_t t = 0; t < 7; ++t) {
    const auto hidden_before = hidden, cell_before = cell;
    const auto input = numbers({2, 2}, t);
    const auto output = lstm.run(input, {}, hidden, cell);
    const auto next = lstm.core->step(lstm.core->project(input), hidden_before.select(1, 0), cell_before.select(1, 0));
    EXPECT_LT(largest(hidden.select(1, 2) - next.first), 1e-6) << "the group whose turn it is, the oldest";
    EXPECT_LT(largest(cell.select(1, 2) - next.second), 1e-6);
    EXPECT_TRUE(torch::equal(hidden.slice(1, 0, 2), hidden_before.slice(1, 1))) << "the others as they were";
    EXPECT_TRUE(torch::equal(cell.slice(1, 0, 2), cell_before.slice(1, 1)));
    EXPECT_LT(largest(output - hidden.sum(1)), 1e-6);
  }
}

Output feudal_step(Feudal& feudal, std::uint64_t t, Memory& memory, const torch::Tensor& goals = {}) {
  return feudal.run(numbers({2, latent_width}, t), torch::zeros({1, 2}), memory, goals);
}

/// Three steps at once.
Output feudal_steps(Feudal& feudal) {
  Memory memory = feudal.new_memory(2);
  return feudal.run(numbers({3 * 2, latent_width}), torch::zeros({3, 2}), memory, {});
}

TEST(Feudal, SetsGoalsOfLengthOne) {
  Random random(1, Purpose::weights);
  Feudal feudal(latent_width, 3, random);
  const Output output = feudal_steps(feudal);
  EXPECT_LT(largest(output.goals.norm(2, {1}, false) - 1), 1e-4);
}

TEST(Feudal, LetsNoGradientFlowFromTheWorkerToTheManager) {
  Random random(1, Purpose::weights);
  Feudal feudal(latent_width, 3, random);
  const Output output = feudal_steps(feudal);
  (output.head.square().sum() + output.values.sum()).backward();
  for (const auto& item : feudal.manager->named_parameters()) EXPECT_FALSE(item.value().grad().defined()) << item.key();
  EXPECT_FALSE(feudal.latent->weight.grad().defined());
  EXPECT_GT(largest(feudal.goal_embedding->weight.grad()), 0);
  EXPECT_GT(largest(feudal.worker->input_weights.grad()), 0);
}

TEST(Feudal, LetsNoGradientFlowFromTheManagerToTheWorker) {
  Random random(1, Purpose::weights);
  Feudal feudal(latent_width, 3, random);
  const Output output = feudal_steps(feudal);
  (output.goals * numbers({3 * 2, latent_width}, 9)).sum().backward();
  EXPECT_GT(largest(feudal.latent->weight.grad()), 0);
  EXPECT_GT(largest(feudal.manager->core->input_weights.grad()), 0);
  for (const auto& item : feudal.worker->named_parameters()) EXPECT_FALSE(item.value().grad().defined()) << item.key();
  EXPECT_FALSE(feudal.goal_embedding->weight.grad().defined());
}

TEST(Feudal, PaysTheMeanCosineOfTheWayToEachOfTheLastTenGoals) {
  const torch::NoGradGuard no_grad;
  Random random(1, Purpose::weights);
  Feudal feudal(latent_width, 3, random);
  Memory memory = feudal.new_memory(2);
  std::vector<torch::Tensor> latents, goals;
  for (std::uint64_t t = 0; t < 14; ++t) {
    const Output output = feudal_step(feudal, t + 1, memory);
    auto expected = torch::zeros({2});
    for (std::size_t i = 1; i <= 10 && i <= latents.size(); ++i)
      expected += at::cosine_similarity(output.latents - latents[latents.size() - i], goals[goals.size() - i], 1, 1e-8);
    EXPECT_LT(largest(output.intrinsic - expected / 10), 1e-5) << t;
    latents.push_back(output.latents);
    goals.push_back(output.goals);
  }
}

TEST(Feudal, EmbedsTheSumOfTheGoalsOfTheHorizonWithoutABias) {
  const torch::NoGradGuard no_grad;
  Random random(1, Purpose::weights);
  Feudal feudal(latent_width, 3, random);
  EXPECT_FALSE(feudal.goal_embedding->bias.defined());
  Memory memory = feudal.new_memory(2);
  auto sum = torch::zeros({2, latent_width});
  Output output;
  for (std::uint64_t t = 0; t < 3; ++t) {
    output = feudal_step(feudal, t, memory, numbers({2, latent_width}, 50 + t));
    sum += numbers({2, latent_width}, 50 + t);
  }
  const auto actions = feudal.action_embedding(memory[2]).reshape({2, 3, Feudal::embedding});
  EXPECT_LT(largest(output.head - at::bmm(actions, feudal.goal_embedding(sum).unsqueeze(2)).squeeze(2)), 1e-5);
}

TEST(Prepare, DirectsGoalsTenStepsOnOrToTheEpisodesLastSight) {
  Options options;
  options.body = Body::feudal;
  options.width = 16;
  Model model(options, toys::Recall::spaces(), torch::kCPU, 1);
  const auto environments = toys::make<toys::Recall>(1, 1, Purpose::training);
  Unstopped control;
  Stopping stopping(control);
  Random random(1, Purpose::actions);
  Actor actor(model, 1, Mode::sampled);
  const auto rollout = collect(*environments, actor, 12, random, stopping);
  const Batch batch = prepare(model, *rollout, {});
  const auto latents = joined(rollout->said).latents;
  // Episodes of 5 steps: rows 0-4, 5-9, 10-11.
  EXPECT_TRUE(torch::equal(batch.manager.directions[1], latents[4] - latents[1]));
  EXPECT_TRUE(torch::equal(batch.manager.directions[7], latents[9] - latents[7]));
  EXPECT_TRUE(torch::equal(batch.manager.directions[10], latents[11] - latents[10]));
  const std::vector<float> counts(batch.manager.counts.data_ptr<float>(), batch.manager.counts.data_ptr<float>() + 12);
  EXPECT_THAT(counts, testing::ElementsAre(1, 1, 1, 1, 0, 1, 1, 1, 1, 0, 1, 0));
}

}  // namespace
}  // namespace pbt::rl
