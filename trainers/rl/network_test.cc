#include "rl/network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include "rl/batch.h"
#include "rl/testing.h"
#include "rl/toys.h"

namespace pbt::rl {
namespace {

constexpr std::int64_t width = 8;

Network made(Body body, const Spaces& spaces = toys::Recall::spaces()) {
  return Network(spaces, body, width, Random(3, Purpose::weights));
}

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

TEST(Lstm, TakesLibtorchsStep) {
  Random random(1, Purpose::weights);
  const Lstm lstm(3, 5, random);
  const torch::NoGradGuard no_grad;
  const auto input = numbers({2, 3}), hidden = numbers({2, 5}, 2), cell = numbers({2, 5}, 3);
  const auto next = lstm.step(lstm.project(input), hidden, cell);
  const auto expected = at::lstm_cell(input, {hidden, cell}, lstm.input_weights, lstm.hidden_weights, lstm.bias,
                                      torch::zeros_like(lstm.bias));
  EXPECT_LT(largest(next.first - std::get<0>(expected)), 1e-6);
  EXPECT_LT(largest(next.second - std::get<1>(expected)), 1e-6);
}

TEST(Lstm, RunsAndLearnsAsStepByStep) {
  Random random(1, Purpose::weights);
  Lstm lstm(3, 5, random);
  const auto inputs = numbers({4 * 2, 3}).requires_grad_(true);
  const auto weights = numbers({4 * 2, 5}, 7);
  auto kept = torch::ones({4, 2});
  kept[2][1] = 0;
  auto hidden = numbers({2, 5}, 2), cell = numbers({2, 5}, 3);
  auto stepped = hidden, stepped_cell = cell;
  std::vector<torch::Tensor> gradients;
  const auto run = lstm.run(lstm.project(inputs), kept, hidden, cell);
  (run * weights).sum().backward();
  for (const auto& tensor : {inputs, lstm.input_weights, lstm.hidden_weights, lstm.bias})
    gradients.push_back(tensor.grad().clone());
  lstm.zero_grad();
  inputs.mutable_grad().zero_();
  torch::Tensor loss = torch::zeros({});
  for (std::int64_t t = 0; t < 4; ++t) {
    const auto keep = kept[t].unsqueeze(1);
    std::tie(stepped, stepped_cell) =
        lstm.step(lstm.project(inputs.slice(0, 2 * t, 2 * t + 2)), stepped * keep, stepped_cell * keep);
    EXPECT_LT(largest(stepped - run.slice(0, 2 * t, 2 * t + 2)), 1e-6);
    loss = loss + (stepped * weights.slice(0, 2 * t, 2 * t + 2)).sum();
  }
  EXPECT_LT(largest(hidden - stepped), 1e-6);
  EXPECT_LT(largest(cell - stepped_cell), 1e-6);
  loss.backward();
  std::size_t k = 0;
  for (const auto& tensor : {inputs, lstm.input_weights, lstm.hidden_weights, lstm.bias})
    EXPECT_LT(largest(tensor.grad() - gradients[k++]), 1e-5) << k;
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
