#include "rl/network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include "rl/batch.h"
#include "rl/toys.h"

namespace pbt::rl {
namespace {

class Unstopped final : public TurnControl {
 public:
  void progress(const Assignment& /*turn*/, std::int64_t /*step*/, const Metrics& /*metrics*/) override {}
  Stop stop_requested() override { return Stop::no; }
};

constexpr std::int64_t width = 8;

Network made(Body body, const Spaces& spaces = toys::Recall::spaces()) {
  return Network(spaces, body, width, Random(3, Purpose::weights));
}

/// Numbers in [-1, 1), the same at each call.
torch::Tensor numbers(const std::vector<std::int64_t>& shape, std::uint64_t seed = 1) {
  Random random(seed, Purpose::noise);
  auto tensor = torch::empty(shape);
  for (std::int64_t i = 0; i < tensor.numel(); ++i)
    tensor.data_ptr<float>()[i] = static_cast<float>(random.uniform(-1, 1));
  return tensor;
}

double largest(const torch::Tensor& tensor) { return tensor.abs().max().item<double>(); }

class WithMemory : public testing::TestWithParam<Body> {};

INSTANTIATE_TEST_SUITE_P(Bodies, WithMemory, testing::Values(Body::recurrent, Body::feudal),
                         [](const auto& each) { return to_string(each.param); });

TEST_P(WithMemory, SaysTheSameOfASequenceAsOfItsStepsOneByOne) {
  const torch::NoGradGuard no_grad;
  Network network = made(GetParam());
  const auto inputs = numbers({14 * 3, 2});
  auto begins = torch::zeros({14, 3});
  begins[0].fill_(1);
  begins[5][1] = 1;
  Memory memory = network.new_memory(3);
  const Output whole = network.forward({inputs}, begins, memory);
  Memory stepped = network.new_memory(3);
  for (std::int64_t t = 0; t < 14; ++t) {
    const Output step = network.forward({inputs.slice(0, 3 * t, 3 * t + 3)}, begins.slice(0, t, t + 1), stepped);
    EXPECT_LT(largest(step.head - whole.head.slice(0, 3 * t, 3 * t + 3)), 1e-6) << t;
    EXPECT_LT(largest(step.values - whole.values.slice(0, 3 * t, 3 * t + 3)), 1e-6) << t;
  }
  for (std::size_t k = 0; k < memory.size(); ++k) EXPECT_LT(largest((memory[k] - stepped[k]).to(torch::kFloat)), 1e-6);
}

TEST_P(WithMemory, RemembersWithinAnEpisodeAndForgetsAtItsEnd) {
  const torch::NoGradGuard no_grad;
  Network network = made(GetParam());
  const auto first = numbers({1, 2}), other = numbers({1, 2}, 2), last = numbers({1, 2}, 3);
  const auto after = [&](const torch::Tensor& before, float begins_last) {
    Memory memory = network.new_memory(1);
    const auto begins = torch::tensor({{1.0F}, {begins_last}});
    return network.forward({torch::cat({before, last})}, begins, memory).head[1];
  };
  EXPECT_GT(largest(after(first, 0) - after(other, 0)), 1e-6);
  EXPECT_EQ(largest(after(first, 1) - after(other, 1)), 0);
  Memory fresh = network.new_memory(1);
  EXPECT_LT(largest(network.forward({last}, torch::ones({1, 1}), fresh).head[0] - after(first, 1)), 1e-6);
}

TEST_P(WithMemory, ReplaysARolloutAsItWasPlayed) {
  Options options;
  options.body = GetParam();
  options.width = 16;
  Model model(options, toys::Recall::spaces(), torch::kCPU, 1);
  const auto environments = toys::make<toys::Recall>(3, 1, Purpose::training);
  Unstopped control;
  Stopping stopping(control);
  Random random(1, Purpose::actions);
  Actor actor(model, 3, Mode::sampled);
  ASSERT_TRUE(collect(*environments, actor, 7, random, stopping).has_value());
  const auto rollout = collect(*environments, actor, 13, random, stopping);  // begins in the middle of episodes
  const Batch batch = prepare(model, *rollout, {});
  Memory memory = batch.memory;
  const torch::NoGradGuard no_grad;
  const Output again = model.network.forward(batch.leaves, batch.begins, memory, batch.manager.goals);
  const Judged judged = judge(model.spaces.action, again.head, {}, batch.actions);
  EXPECT_LT(largest(judged.log_probabilities - batch.log_probabilities), 1e-6);
  Memory nothing = model.network.new_memory(3);
  const Output without = model.network.forward(batch.leaves, batch.begins, nothing, batch.manager.goals);
  EXPECT_GT(largest(without.head - again.head), 1e-6) << "what the rollout began with counts";
}

TEST(LstmCell, IsLibtorchs) {
  Random random(1, Purpose::weights);
  const LstmCell cell(3, 5, random);
  const torch::NoGradGuard no_grad;
  const auto input = numbers({2, 3}), hidden = numbers({2, 5}, 2), memory = numbers({2, 5}, 3);
  const auto next = cell.step(input, hidden, memory);
  const auto expected = at::lstm_cell(input, {hidden, memory}, cell.input_weights, cell.hidden_weights, cell.bias,
                                      torch::zeros_like(cell.bias));
  EXPECT_LT(largest(next.first - std::get<0>(expected)), 1e-6);
  EXPECT_LT(largest(next.second - std::get<1>(expected)), 1e-6);
}

TEST(DilatedLstm, UpdatesTheGroupOfItsStepAlone) {
  Random random(1, Purpose::weights);
  DilatedLstm lstm(2, 4, /*groups=*/3, random);
  const torch::NoGradGuard no_grad;
  auto hidden = numbers({2, 3, 4}, 5), cell = numbers({2, 3, 4}, 6);
  for (const std::int64_t age : {0, 1, 2, 3, 7}) {
    const auto hidden_before = hidden, cell_before = cell;
    // The second environment is one step further in its episode.
    const auto output = lstm.step(numbers({2, 2}), hidden, cell, torch::tensor({age, age + 1}, torch::kLong));
    for (std::int64_t i = 0; i < 2; ++i)
      for (std::int64_t group = 0; group < 3; ++group) {
        const bool is_its_turn = group == (age + i) % 3;
        EXPECT_EQ(torch::equal(hidden[i][group], hidden_before[i][group]), !is_its_turn);
        EXPECT_EQ(torch::equal(cell[i][group], cell_before[i][group]), !is_its_turn);
      }
    EXPECT_TRUE(torch::equal(output, hidden.sum(1)));
  }
}

Output feudal_steps(Feudal& feudal, std::int64_t steps, Memory& memory) {
  Output output;
  for (std::int64_t t = 0; t < steps; ++t)
    output = feudal.step(numbers({2, width}, static_cast<std::uint64_t>(t) + 1), memory, {});
  return output;
}

TEST(Feudal, SetsGoalsOfLengthOne) {
  Random random(1, Purpose::weights);
  Feudal feudal(width, 3, random);
  Memory memory = feudal.new_memory(2);
  const Output output = feudal_steps(feudal, 4, memory);
  EXPECT_LT(largest(output.goals.norm(2, {1}, false) - 1), 1e-4);
}

TEST(Feudal, LetsNoGradientFlowFromTheWorkerToTheManager) {
  Random random(1, Purpose::weights);
  Feudal feudal(width, 3, random);
  Memory memory = feudal.new_memory(2);
  const Output output = feudal_steps(feudal, 3, memory);
  (output.head.square().sum() + output.values.sum()).backward();
  for (const auto& item : feudal.manager->named_parameters()) EXPECT_FALSE(item.value().grad().defined()) << item.key();
  EXPECT_FALSE(feudal.latent->weight.grad().defined());
  EXPECT_GT(largest(feudal.goal_embedding->weight.grad()), 0);
  EXPECT_GT(largest(feudal.worker->input_weights.grad()), 0);
}

TEST(Feudal, LetsNoGradientFlowFromTheManagerToTheWorker) {
  Random random(1, Purpose::weights);
  Feudal feudal(width, 3, random);
  Memory memory = feudal.new_memory(2);
  const Output output = feudal_steps(feudal, 3, memory);
  (output.goals * numbers({2, width}, 9)).sum().backward();
  EXPECT_GT(largest(feudal.latent->weight.grad()), 0);
  EXPECT_GT(largest(feudal.manager->core->input_weights.grad()), 0);
  for (const auto& item : feudal.worker->named_parameters()) EXPECT_FALSE(item.value().grad().defined()) << item.key();
  EXPECT_FALSE(feudal.goal_embedding->weight.grad().defined());
}

TEST(Feudal, PaysTheMeanCosineOfTheWayToEachOfTheLastTenGoals) {
  const torch::NoGradGuard no_grad;
  Random random(1, Purpose::weights);
  Feudal feudal(width, 3, random);
  Memory memory = feudal.new_memory(2);
  std::vector<torch::Tensor> latents, goals;
  for (std::int64_t t = 0; t < 14; ++t) {
    const Output output = feudal.step(numbers({2, width}, static_cast<std::uint64_t>(t) + 1), memory, {});
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
  Feudal feudal(width, 3, random);
  EXPECT_FALSE(feudal.goal_embedding->bias.defined());
  Memory memory = feudal.new_memory(2);
  auto sum = torch::zeros({2, width});
  Output output;
  for (std::uint64_t t = 0; t < 3; ++t) {
    output = feudal.step(numbers({2, width}, t), memory, numbers({2, width}, 50 + t));
    sum += numbers({2, width}, 50 + t);
  }
  const auto actions = feudal.action_embedding(memory[3]).reshape({2, 3, Feudal::embedding});
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

TEST(Encoder, ReadsImagesOfNatureSizeAndSmallOnesAndVectorsTogether) {
  const std::vector<Leaf> leaves{{"screen", {4, 84, 84}, Leaf::Type::byte, 0, 255},
                                 {"minimap", {2, 16, 16}, Leaf::Type::byte, 0, 1},
                                 {"numbers", {5}, Leaf::Type::real, -1, 1}};
  Random random(1, Purpose::weights);
  for (const Body body : {Body::mlp, Body::conv, Body::recurrent}) {
    Encoder encoder(leaves, body, 32, random);
    const auto features = encoder.forward(
        {torch::zeros({2, 4, 84, 84}, torch::kByte), torch::zeros({2, 2, 16, 16}, torch::kByte), torch::zeros({2, 5})});
    EXPECT_EQ(features.sizes().vec(), (std::vector<std::int64_t>{2, 32}));
  }
}

TEST(Encoder, DividesBytesByTheirUpperBound) {
  Random random(1, Purpose::weights);
  Random same(1, Purpose::weights);
  Encoder wide({{"", {1, 8, 8}, Leaf::Type::byte, 0, 255}}, Body::conv, 4, random);
  Encoder flags({{"", {1, 8, 8}, Leaf::Type::byte, 0, 1}}, Body::conv, 4, same);
  const auto ones = torch::ones({1, 1, 8, 8}, torch::kByte);
  EXPECT_LT(largest(wide.forward({ones * 255}) - flags.forward({ones})), 1e-6);
}

TEST(Encoder, RefusesAConvBodyWithoutAnImage) {
  Random random(1, Purpose::weights);
  try {
    const Encoder encoder({{"", {8}, Leaf::Type::real, -1, 1}}, Body::conv, 4, random);
    FAIL();
  } catch (const std::invalid_argument& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("a conv body needs an image, [channels, height, width], and the "
                                                 "environment shows [8]: take --body mlp"));
  }
}

}  // namespace
}  // namespace pbt::rl
