#include "lander/ppo.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <cmath>

#include "lander/checkpoint.h"

namespace pbt::lander {
namespace {

Observation observation_from(Random& random) {
  Observation observation;
  for (float& value : observation) value = static_cast<float>(random.uniform(-1.5, 1.5));
  return observation;
}

torch::Tensor tensor_of(const Observation& observation) {
  return torch::tensor(std::vector<float>(observation.begin(), observation.end())).unsqueeze(0);
}

double probability_of(Model& model, const Observation& observation, Action action) {
  const torch::NoGradGuard no_grad;
  return model.networks.policy(tensor_of(observation)).softmax(1)[0][static_cast<int>(action)].item<double>();
}

/// Episodes of one step, in which `paid` earns 100 and the other actions nothing.
Rollout bandit(const ActingNetwork& network, Action paid, Random& random) {
  Rollout rollout;
  rollout.width = 8;
  for (int i = 0; i < 512; ++i) {
    const Observation observation{1, 0, 0, 0, 0, 0, 0, 0};
    rollout.observations.push_back(observation);
    rollout.actions.push_back(sample(network.logits(observation), random));
    rollout.rewards.push_back(rollout.actions.back() == paid ? 100 : 0);
    rollout.terminated.push_back(1);
    rollout.over.push_back(1);
    rollout.next.push_back(observation);
  }
  return rollout;
}

void train_bandit(Model& model, int updates) {
  Random random(1, Purpose::actions);
  for (int i = 0; i < updates; ++i)
    improve(model, bandit(model.acting_network(), Action::main_engine, random), Config{}, random);
}

TEST(ActingNetwork, EqualsLibtorchsForward) {
  Model model(3);
  train_bandit(model, 5);  // so that no layer is as it was initialised
  const ActingNetwork acting = model.acting_network();
  Random random(2, Purpose::actions);
  const torch::NoGradGuard no_grad;
  for (int i = 0; i < 200; ++i) {
    Observation observation = observation_from(random);
    for (float& value : observation) value *= static_cast<float>(1 + i);  // far into the saturated ends of tanh, too
    const auto expected = model.networks.policy(tensor_of(observation));
    const Logits logits = acting.logits(observation);
    for (std::size_t a = 0; a < logits.size(); ++a)
      EXPECT_NEAR(logits[a], expected[0][static_cast<int>(a)].item<float>(), 1e-5);
  }
}

TEST(Model, BeginsWithANearlyUniformPolicy) {
  Model model(1);
  Random random(2, Purpose::actions);
  for (int i = 0; i < 20; ++i)
    EXPECT_NEAR(probability_of(model, observation_from(random), Action::main_engine), 0.25, 0.02);
}

TEST(Improve, MakesThePaidActionOfABanditProbable) {
  Model model(1);
  train_bandit(model, 20);
  EXPECT_GT(probability_of(model, {1, 0, 0, 0, 0, 0, 0, 0}, Action::main_engine), 0.9);
  EXPECT_EQ(model.step, 20 * 512);
}

TEST(Improve, LeavesTheWeightsAloneAtALearningRateOfZero) {
  Model model(1);
  const ActingNetwork before = model.acting_network();
  model.set_learning_rate(0);
  train_bandit(model, 2);
  EXPECT_EQ(before.second.weights, model.acting_network().second.weights);
}

TEST(Improve, ReportsTheEntropyOfAUniformPolicyAsLogFour) {
  Model model(1);
  model.set_learning_rate(0);
  Random random(1, Purpose::actions);
  const Losses losses = improve(model, bandit(model.acting_network(), Action::nothing, random), Config{}, random);
  EXPECT_NEAR(losses.entropy, std::log(4.0), 1e-3);
}

TEST(Model, IsNotFiniteOnceAWeightIsNaN) {
  Model model(1);
  EXPECT_TRUE(model.finite());
  const torch::NoGradGuard no_grad;
  model.networks.value_head->bias.fill_(std::nan(""));
  EXPECT_FALSE(model.finite());
}

TEST(Checkpoint, HoldsAllThatTrainingContinuesFrom) {
  Model model(1);
  model.set_learning_rate(0.003);
  train_bandit(model, 3);
  const Folder folder(std::make_shared<Folder::Files>());
  save(model, folder);
  const auto loaded = load(folder);
  EXPECT_EQ(loaded->step, model.step);
  EXPECT_EQ(loaded->learning_rate(), 0.003);
  train_bandit(model, 2);
  train_bandit(*loaded, 2);
  const auto expected = model.networks.parameters();
  const auto parameters = loaded->networks.parameters();
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_TRUE(torch::equal(parameters[i], expected[i])) << i;
}

TEST(Checkpoint, RefusesAFileThatIsNone) {
  const Folder folder(std::make_shared<Folder::Files>());
  folder.write("model.bin", "not a checkpoint");
  EXPECT_THROW(static_cast<void>(load(folder)), std::runtime_error);
}

}  // namespace
}  // namespace pbt::lander
