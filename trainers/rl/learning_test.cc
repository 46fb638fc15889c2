// Each kind of agent learns a task that needs what it can do. Steps and seeds are pinned; turns repeat bit for bit on
// one machine, and the bounds leave room for others.

#include <gtest/gtest.h>

#include "rl/rl_trainer.h"
#include "rl/testing.h"
#include "rl/toys.h"

namespace pbt::rl {
namespace {

/// The mean return after a turn of so many steps.
double learn(const Options& options, std::int64_t steps, Hyperparameters hyperparameters) {
  Assignment turn;
  turn.id = "m0.t1.f1";
  turn.seed = 3;
  turn.steps = steps;
  turn.hyperparameters = std::move(hyperparameters);
  Unstopped control;
  return make_rl_trainer(options)(turn, control).metrics.at("episode_return");
}

Options agent(Body body, MakeEnvironments make) {
  Options options;
  options.environment.name = "toy";
  options.make = std::move(make);
  options.body = body;
  options.width = 32;
  options.device = "cpu";
  return options;
}

const Hyperparameters brisk{{"learning_rate", 3e-3},
                            {"unroll", std::int64_t{32}},
                            {"minibatch", std::int64_t{128}},
                            {"discount", 0.9},
                            {"entropy_cost", 1e-3}};

TEST(Learning, BalancesAPole) {
  Options options;
  options.environment.name = "CartPole-v1";
  options.environments = 8;
  const double score = learn(
      options, 40'000,
      {{"learning_rate", 1e-3}, {"unroll", std::int64_t{128}}, {"minibatch", std::int64_t{256}}, {"discount", 0.99}});
  EXPECT_GT(score, 195) << "which counted as solved in CartPole-v0; at random, 22";
}

TEST(Learning, SwingsAPendulum) {
  Options options;
  options.environment.name = "Pendulum-v1";
  options.normalise_observations = true;
  options.normalise_rewards = true;
  const double score = learn(options, 50'000,
                             {{"learning_rate", 1e-3},
                              {"unroll", std::int64_t{128}},
                              {"discount", 0.95},
                              {"epochs", std::int64_t{5}},
                              {"entropy_cost", 0.0}});
  EXPECT_GT(score, -500) << "at random, -1200";
}

TEST(Learning, ReachesWithContinuousActions) {
  EXPECT_GT(learn(agent(Body::mlp, toys::make<toys::Reach>), 30'000, brisk), -0.3 * 8);
}

TEST(Learning, ChoosesTheBestThatAMaskAllows) {
  EXPECT_GT(learn(agent(Body::mlp, toys::make<toys::Masked>), 10'000, brisk), 7.5);
}

TEST(Learning, TurnsEachDialByItself) {
  EXPECT_GT(learn(agent(Body::mlp, toys::make<toys::Dials>), 20'000, brisk), 7.5);
}

TEST(Learning, JoinsTheLeavesOfADictionary) {
  EXPECT_GT(learn(agent(Body::conv, toys::make<toys::Dictionary>), 10'000, brisk), 7);
}

TEST(Learning, RecallsASignWithARecurrentBody) {
  EXPECT_GT(learn(agent(Body::recurrent, toys::make<toys::Recall>), 20'000, brisk), 0.9);
}

TEST(Learning, CannotRecallASignWithoutMemory) {
  EXPECT_LT(learn(agent(Body::mlp, toys::make<toys::Recall>), 20'000, brisk), 0.7)
      << "20 episodes at random: 0.7 or more once in 800 times";
}

TEST(Learning, RecallsASignWithAFeudalBody) {
  EXPECT_GT(learn(agent(Body::feudal, toys::make<toys::Recall>), 20'000, brisk), 0.9);
}

}  // namespace
}  // namespace pbt::rl
