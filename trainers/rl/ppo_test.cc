#include "rl/ppo.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <cmath>

#include "rl/testing.h"
#include "rl/toys.h"

namespace pbt::rl {
namespace {

constexpr std::int64_t choices = 4;

/// Episodes of one step, in which choice 2 earns 1 and the others nothing.
class Bandit {
 public:
  static Spaces spaces() { return {vector_leaf(2), {{choices}, {}, {}, false}}; }
  void reset(Random& /*random*/) {}
  Result step(const Action& action, Random& /*random*/) { return {action.choices[0] == 2 ? 1.0 : 0.0, true, false}; }
  void observe(Observations& all, std::size_t i) const { write_row(all, i, 1, 0); }
};

Model made_model(Body body = Body::mlp, const Spaces& spaces = Bandit::spaces(), std::uint64_t seed = 1) {
  Options options;
  options.body = body;
  options.width = body == Body::mlp ? 64 : 16;
  return Model(options, spaces, torch::kCPU, seed);
}

Losses train(Model& model, VectorEnvironment& environments, int updates, const Config& config = {}) {
  Unstopped control;
  Stopping stopping(control);
  Random random(1, Purpose::actions);
  Losses losses;
  for (int i = 0; i < updates; ++i) {
    Actor actor(model, environments.size(), Mode::sampled);
    const auto rollout = collect(environments, actor, static_cast<std::size_t>(config.unroll), random, stopping);
    losses = improve(model, *rollout, config, random, stopping);
  }
  return losses;
}

Losses train_bandit(Model& model, int updates) {
  Config config;
  config.unroll = 64;
  return train(model, *toys::make<Bandit>(8, 1, Purpose::training), updates, config);
}

torch::Tensor head_of(Model& model, const std::vector<float>& observation) {
  const torch::NoGradGuard no_grad;
  Memory memory = model.network.new_memory(1);
  return model.network.forward({torch::tensor(observation).unsqueeze(0)}, torch::ones({1, 1}), memory).head;
}

TEST(PlainPolicy, EqualsLibtorchsForward) {
  Model model = made_model();
  train_bandit(model, 5);  // so that no layer is as it was initialised
  const auto plain = model.plain_policy();
  ASSERT_NE(plain, nullptr);
  Random random(2, Purpose::actions);
  for (int i = 0; i < 200; ++i) {
    std::vector<float> observation(2);
    for (float& value : observation)  // far into the saturated ends of tanh, too
      value = static_cast<float>(random.uniform(-1.5, 1.5) * (1 + i));
    const auto expected = head_of(model, observation);
    const float* outputs = plain->outputs(observation.data());
    for (std::int64_t a = 0; a < choices; ++a) EXPECT_NEAR(outputs[a], expected[0][a].item<float>(), 1e-5);
  }
}

TEST(PlainPolicy, IsLeftToLibtorchWhereTheNetworkIsLarge) {
  Options options;
  options.width = 256;
  EXPECT_EQ(Model(options, Bandit::spaces(), torch::kCPU, 1).plain_policy(), nullptr);
}

TEST(Model, BeginsWithANearlyUniformPolicy) {
  for (const Body body : {Body::mlp, Body::recurrent, Body::feudal}) {
    Model model = made_model(body);
    const auto policy = head_of(model, {1, 0}).softmax(1);
    for (std::int64_t a = 0; a < choices; ++a) EXPECT_NEAR(policy[0][a].item<double>(), 0.25, 0.05);
  }
}

TEST(Improve, MakesThePaidChoiceOfABanditProbable) {
  Model model = made_model();
  train_bandit(model, 20);
  EXPECT_GT(head_of(model, {1, 0}).softmax(1)[0][2].item<double>(), 0.9);
  EXPECT_EQ(model.step, 20 * 512);
}

TEST(Improve, LeavesTheWeightsAloneAtALearningRateOfZero) {
  Model model = made_model();
  const auto before = model.network.encoder->last->weight.detach().clone();
  model.set_learning_rate(0);
  train_bandit(model, 2);
  EXPECT_TRUE(torch::equal(before, model.network.encoder->last->weight));
}

TEST(Improve, ReportsTheEntropyOfAUniformPolicyAsLogFour) {
  Model model = made_model();
  model.set_learning_rate(0);
  EXPECT_NEAR(train_bandit(model, 1).entropy, std::log(4.0), 1e-3);
}

TEST(Model, IsNotFiniteOnceAWeightIsNaN) {
  Model model = made_model();
  EXPECT_TRUE(model.finite());
  const torch::NoGradGuard no_grad;
  model.network.value_head->bias.fill_(std::nan(""));
  EXPECT_FALSE(model.finite());
}

TEST(Judge, IsTheSoftmaxsLogarithmAndItsEntropy) {
  const ActionSpace space{{3}, {}, {}, false};
  const auto head = torch::tensor({{0.0F, 1.0F, 2.0F}});
  const Judged judged = judge(space, head, {}, {torch::tensor({{1}}, torch::kLong), {}, {}});
  const double sum = 1 + std::exp(1.0) + std::exp(2.0);
  EXPECT_NEAR(judged.log_probabilities[0].item<double>(), 1 - std::log(sum), 1e-6);
  EXPECT_NEAR(judged.entropies[0].item<double>(), std::log(sum) - (std::exp(1.0) + 2 * std::exp(2.0)) / sum, 1e-6);
}

TEST(Judge, GivesChoicesThatAreNotAllowedNoProbabilityAndNoGradient) {
  const ActionSpace space{{3}, {}, {}, true};
  auto head = torch::tensor({{0.0F, 1.0F, 2.0F}}).requires_grad_(true);
  const Judged judged =
      judge(space, head, {}, {torch::tensor({{1}}, torch::kLong), {}, torch::tensor({{1, 1, 0}}, torch::kByte)});
  EXPECT_NEAR(judged.log_probabilities[0].item<double>(), -std::log(1 + std::exp(-1.0)), 1e-6);
  (judged.log_probabilities + judged.entropies).sum().backward();
  EXPECT_TRUE(torch::isfinite(head.grad()).all().item<bool>());
  EXPECT_EQ(head.grad()[0][2].item<double>(), 0);
  EXPECT_NE(head.grad()[0][0].item<double>(), 0);
}

TEST(Judge, AddsUpIndependentParts) {
  const ActionSpace space{{2, 3}, {-1}, {1}, false};
  const auto head = torch::tensor({{0.5F, -0.5F, 0.0F, 1.0F, 2.0F, 0.25F}});
  const auto log_deviations = torch::tensor({std::log(2.0F)});
  const Judged judged =
      judge(space, head, log_deviations, {torch::tensor({{1, 2}}, torch::kLong), torch::tensor({{1.25F}}), {}});
  const double log_normal = -0.5 * 0.25 - std::log(2.0) - 0.5 * std::log(2 * 3.141592653589793);
  const double first = -0.5 - std::log(std::exp(0.5) + std::exp(-0.5));
  const double second = 2 - std::log(1 + std::exp(1.0) + std::exp(2.0));
  EXPECT_NEAR(judged.log_probabilities[0].item<double>(), first + second + log_normal, 1e-5);
  const Judged discrete =
      judge({{2, 3}, {}, {}, false}, head.slice(1, 0, 5), {}, {torch::tensor({{1, 2}}, torch::kLong), {}, {}});
  EXPECT_NEAR((judged.entropies - discrete.entropies)[0].item<double>(),
              0.5 + 0.5 * std::log(2 * 3.141592653589793) + std::log(2.0), 1e-5);
}

TEST(Checkpoint, HoldsAllThatTrainingContinuesFrom) {
  Model model = made_model();
  model.normaliser.leaves[0].add(std::vector<float>{1, 2, 3, 5}, 2);
  train_bandit(model, 3);
  const Folder folder(std::make_shared<Folder::Files>());
  save(model, folder);
  const auto loaded = load(folder, model.options, model.spaces, torch::kCPU);
  EXPECT_EQ(loaded->step, model.step);
  EXPECT_EQ(loaded->normaliser.leaves[0].mean, (std::vector<double>{2, 3.5}));
  EXPECT_EQ(loaded->normaliser.leaves[0].squares, (std::vector<double>{2, 4.5}));
  EXPECT_EQ(loaded->normaliser.leaves[0].count, 2);
  train_bandit(model, 2);
  train_bandit(*loaded, 2);
  const auto expected = model.network.parameters();
  const auto parameters = loaded->network.parameters();
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_TRUE(torch::equal(parameters[i], expected[i])) << i;
}

TEST(Checkpoint, RefusesAFileThatIsNone) {
  const Folder folder(std::make_shared<Folder::Files>());
  folder.write("model.safetensors", "not a checkpoint");
  EXPECT_THROW(static_cast<void>(load(folder, {}, Bandit::spaces(), torch::kCPU)), std::runtime_error);
}

}  // namespace
}  // namespace pbt::rl
