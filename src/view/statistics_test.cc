#include "view/statistics.h"

#include <gtest/gtest.h>

#include <cmath>

#include "pbt/random.h"

namespace pbt {
namespace {

TEST(InterquartileMean, LeavesTheOutermostQuartersOut) {
  EXPECT_EQ(interquartile_mean({5}), 5);
  EXPECT_EQ(interquartile_mean({1, 2, 3}), 2);
  EXPECT_EQ(interquartile_mean({-1000, 1, 2, 900}), 1.5);
  EXPECT_EQ(interquartile_mean({8, 1, 7, 2, 6, 3, 5, 4}), 4.5);
  EXPECT_EQ(interquartile_mean({-HUGE_VAL, 1, 2, 3}), 1.5) << "one of four diverged";
  EXPECT_TRUE(std::isnan(interquartile_mean({})));
}

TEST(ProbabilityOfImprovement, IsTheShareOfPairsThatAreWon) {
  EXPECT_EQ(probability_of_improvement({2, 3}, {1, 1}), 1);
  EXPECT_EQ(probability_of_improvement({1, 3}, {2, 2}), 0.5);
  EXPECT_EQ(probability_of_improvement({1, 1}, {1, 1}), 0.5);
  EXPECT_EQ(probability_of_improvement({1, 2}, {2, 3}), 0.125);
}

TEST(Intervals, HoldTheTruthAboutAsOftenAsTheySay) {
  int held = 0;
  for (std::uint64_t trial = 0; trial < 400; ++trial) {
    Random random{trial, 1};
    std::vector<double> values;
    for (int i = 0; i < 20; ++i) values.push_back(10 + random.normal());
    const Interval interval =
        interquartile_mean_interval(values, {.confidence = 0.95, .resamples = 400, .seed = trial});
    held += interval.low <= 10 && 10 <= interval.high ? 1 : 0;
  }
  EXPECT_GE(held, 355) << "of 400; a percentile interval of 20 values is a little too narrow";
  EXPECT_LE(held, 395);
}

TEST(Intervals, AreFunctionsOfTheirSeed) {
  const std::vector<double> a{1, 2, 3, 4, 5}, b{2, 3, 4, 5, 6};
  const Interval once = probability_of_improvement_interval(a, b, {});
  const Interval again = probability_of_improvement_interval(a, b, {});
  EXPECT_EQ(once.low, again.low);
  EXPECT_EQ(once.high, again.high);
  EXPECT_LT(once.low, probability_of_improvement(a, b));
  EXPECT_GT(once.high, probability_of_improvement(a, b));
}

TEST(Intervals, AreUnknownForASingleRun) {
  EXPECT_TRUE(std::isnan(interquartile_mean_interval({1}, {}).low));
  EXPECT_TRUE(std::isnan(probability_of_improvement_interval({1}, {1, 2}, {}).high));
}

}  // namespace
}  // namespace pbt
