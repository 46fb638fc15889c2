#include "lander/vector_env.h"

#include <gtest/gtest.h>

#include "lander/acting.h"
#include "lander/gae.h"

namespace pbt::lander {
namespace {

TEST(VectorEnv, BeginsANewEpisodeWhereOneIsOverAndRecordsItsReturn) {
  VectorEnv environments(2, 5, Purpose::training);
  const std::vector<Action> actions(2, Action::nothing);
  std::vector<double> sums(2, 0.0);
  std::vector<double> expected;
  for (int step = 0; step < 200; ++step) {
    const auto outcomes = environments.step(actions);
    for (std::size_t i = 0; i < 2; ++i) {
      sums[i] += outcomes[i].reward;
      if (outcomes[i].over()) {
        expected.push_back(sums[i]);
        sums[i] = 0;
        EXPECT_GT(environments.observations()[i][1], 1.3F) << "a new episode begins at the top";
        EXPECT_LT(outcomes[i].observation[1], 1.0F) << "the outcome shows where the last one ended";
      } else {
        EXPECT_EQ(environments.observations()[i], outcomes[i].observation);
      }
    }
  }
  EXPECT_GE(expected.size(), 2U);
  EXPECT_EQ(environments.take_returns(), expected);
  EXPECT_TRUE(environments.take_returns().empty());
}

TEST(VectorEnv, GivesEachLanderItsOwnEpisodes) {
  const VectorEnv environments(2, 5, Purpose::training);
  EXPECT_NE(environments.observations()[0], environments.observations()[1]);
}

TEST(Sample, DrawsActionsWithTheSoftmaxsProbabilities) {
  const Logits logits{0, 1, -1, 2};
  Random random(1, Purpose::actions);
  std::array<double, action_count> part{};
  constexpr int draws = 100'000;
  for (int i = 0; i < draws; ++i) part[static_cast<std::size_t>(sample(logits, random))] += 1.0 / draws;
  const std::array<double, action_count> expected{0.0871, 0.2369, 0.0321, 0.6439};
  for (std::size_t a = 0; a < expected.size(); ++a) EXPECT_NEAR(part[a], expected[a], 0.005);
}

TEST(Sample, StaysAnActionWhenTheLogitsAreNaN) {
  Random random(1, Purpose::actions);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(sample({nan, nan, nan, nan}, random), Action::right_engine);
}

TEST(Greedy, TakesTheFirstOfTheMostProbable) { EXPECT_EQ(greedy({0, 2, 2, 1}), Action::left_engine); }

// By hand, discount 0.5 and lambda 0.5: deltas are 1 + 0.5 * 2 - 1 = 1, 0 + 0.5 * 4 - 2 = 0, 2 + 0.5 * 0 - 4 = -2.
TEST(Advantages, DiscountTheDeltasThatFollow) {
  const auto result = advantages({1, 0, 2}, {1, 2, 4}, {2, 4, 0}, {0, 0, 0}, 1, 0.5, 0.5);
  EXPECT_EQ(result, (std::vector<float>{1 + 0.25F * (0 + 0.25F * -2), 0.25F * -2, -2}));
}

TEST(Advantages, StopAtAnEpisodesEnd) {
  const auto result = advantages({1, 0, 2}, {1, 2, 4}, {2, 0, 0}, {0, 1, 0}, 1, 0.5, 0.5);
  EXPECT_EQ(result, (std::vector<float>{1 + 0.25F * -2, -2, -2}));
}

TEST(Advantages, CountTheValueWhereAnEpisodeWasCutOff) {
  const auto result = advantages({1}, {1}, {6}, {1}, 1, 0.5, 0.5);
  EXPECT_EQ(result, (std::vector<float>{3}));
}

TEST(Advantages, KeepEnvironmentsApart) {
  const auto result = advantages({1, 10, 1, 10}, {0, 0, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}, 2, 1, 1);
  EXPECT_EQ(result, (std::vector<float>{2, 20, 1, 10}));
}

}  // namespace
}  // namespace pbt::lander
