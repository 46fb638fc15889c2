#include "rl/drawing.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

#include "rl/gae.h"
#include "rl/plain_policy.h"

namespace pbt::rl {
namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

std::int64_t draw_choice(const std::vector<float>& logits, const std::vector<std::uint8_t>& allowed, Mode mode,
                         Random& random) {
  const ActionSpace space{{static_cast<std::int64_t>(logits.size())}, {}, {}, !allowed.empty()};
  std::int64_t choice = -1;
  draw(space, {logits.data(), allowed.empty() ? nullptr : allowed.data(), nullptr}, mode, random, &choice, nullptr);
  return choice;
}

TEST(Draw, TakesChoicesWithTheSoftmaxsProbabilities) {
  Random random(1, Purpose::actions);
  std::array<double, 4> part{};
  constexpr int draws = 100'000;
  for (int i = 0; i < draws; ++i)
    part[static_cast<std::size_t>(draw_choice({0, 1, -1, 2}, {}, Mode::sampled, random))] += 1.0 / draws;
  const std::array<double, 4> expected{0.0871, 0.2369, 0.0321, 0.6439};
  for (std::size_t a = 0; a < expected.size(); ++a) EXPECT_NEAR(part[a], expected[a], 0.005);
}

TEST(Draw, NeverTakesAChoiceThatIsNotAllowed) {
  Random random(1, Purpose::actions);
  std::array<double, 4> part{};
  constexpr int draws = 100'000;
  for (int i = 0; i < draws; ++i)
    part[static_cast<std::size_t>(draw_choice({50, 1, 80, 2}, {0, 1, 0, 1}, Mode::sampled, random))] += 1.0 / draws;
  EXPECT_EQ(part[0], 0);
  EXPECT_EQ(part[2], 0);
  EXPECT_NEAR(part[1], 1 / (1 + std::exp(1.0)), 0.005);
  EXPECT_EQ(draw_choice({50, 1, 80, 2}, {0, 1, 0, 1}, Mode::greedy, random), 3);
}

TEST(Draw, StaysWithinTheAllowedWhenLogitsAreNaN) {
  Random random(1, Purpose::actions);
  for (const Mode mode : {Mode::sampled, Mode::greedy}) {
    EXPECT_EQ(draw_choice({nan, nan, nan, nan}, {}, mode, random), 3);
    EXPECT_EQ(draw_choice({nan, nan, nan, nan}, {1, 1, 0, 0}, mode, random), 1);
  }
}

TEST(Draw, GreedilyTakesTheFirstOfTheMostProbable) {
  Random random(1, Purpose::actions);
  EXPECT_EQ(draw_choice({0, 2, 2, 1}, {}, Mode::greedy, random), 1);
}

TEST(Draw, TakesEachPartFromLogitsOfItsOwn) {
  Random random(1, Purpose::actions);
  const ActionSpace space{{2, 3}, {}, {}, true};
  const std::vector<float> logits{5, 0, 0, 9, 1};
  const std::vector<std::uint8_t> allowed{1, 1, 1, 0, 1};
  std::array<std::int64_t, 2> choices{};
  draw(space, {logits.data(), allowed.data(), nullptr}, Mode::greedy, random, choices.data(), nullptr);
  EXPECT_EQ(choices, (std::array<std::int64_t, 2>{0, 2}));
}

TEST(Draw, TakesContinuousPartsFromTheNormalDistribution) {
  const ActionSpace space{{}, {-1, 0}, {1, 8}, false};
  const std::vector<float> means{0.5F, -1}, deviations{2, 0.5F};
  Random random(2, Purpose::actions);
  double mean = 0, square = 0;
  constexpr int draws = 100'000;
  for (int i = 0; i < draws; ++i) {
    std::array<float, 2> drawn{};
    draw(space, {means.data(), nullptr, deviations.data()}, Mode::sampled, random, nullptr, drawn.data());
    mean += drawn[0] / draws;
    square += (drawn[0] - 0.5) * (drawn[0] - 0.5) / draws;
  }
  EXPECT_NEAR(mean, 0.5, 0.02);
  EXPECT_NEAR(square, 4, 0.05);
  std::array<float, 2> greedy{};
  draw(space, {means.data(), nullptr, deviations.data()}, Mode::greedy, random, nullptr, greedy.data());
  EXPECT_EQ(greedy, (std::array<float, 2>{0.5F, -1}));
}

TEST(WithinBounds, ClipsThenScalesToTheBounds) {
  const ActionSpace space{{}, {-1, 0}, {1, 8}, false};
  EXPECT_EQ(within_bounds(space, {0.5F, 0, -3, 3, nan, -1}), (std::vector<float>{0.5F, 4, -1, 8, -1, 0}));
}

TEST(PlainLayer, IsAMatrixTimesAVectorAndABias) {
  for (const std::size_t outputs : {1U, 4U, 7U, 32U, 70U}) {
    std::vector<float> weights(outputs * 3), bias(outputs), result(outputs + 4);
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<float>(i);
    for (std::size_t o = 0; o < outputs; ++o) bias[o] = static_cast<float>(100 * o);
    const PlainLayer layer(weights.data(), bias.data(), 3, outputs);
    const std::array<float, 3> input{1, 2, 3};
    ASSERT_LE(layer.padded_outputs(), result.size());
    layer.apply(input.data(), result.data());
    for (std::size_t o = 0; o < outputs; ++o)
      EXPECT_EQ(result[o], static_cast<float>(100 * o + 3 * o + 2 * (3 * o + 1) + 3 * (3 * o + 2))) << o;
  }
}

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
}  // namespace pbt::rl
