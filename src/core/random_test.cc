#include "pbt/random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>

namespace pbt {
namespace {

TEST(RandomTest, DrawsTheSameStreamFromTheSameKeyForEver) {
  Random random{1, 2, 3};
  // Pinned: a change here changes every experiment ever replayed.
  const std::uint64_t expected[] = {4083080940192813621ULL, 1807266484864178409ULL, 10817131634432174893ULL};
  for (const std::uint64_t value : expected) EXPECT_EQ(random.next(), value);
}

TEST(RandomTest, DrawsOtherStreamsFromOtherKeys) {
  std::set<std::uint64_t> first;
  for (std::uint64_t seed = 0; seed < 50; ++seed)
    for (std::uint64_t member = 0; member < 50; ++member) first.insert(Random{seed, member}.next());
  EXPECT_EQ(first.size(), 2500U);
  EXPECT_NE(Random({1, 2}).next(), Random({2, 1}).next());
  EXPECT_NE(Random({1}).next(), Random({1, 0}).next());
}

TEST(RandomTest, DrawsUniformlyFromTheUnitInterval) {
  Random random{7};
  double sum = 0, squares = 0;
  constexpr int n = 100'000;
  for (int i = 0; i < n; ++i) {
    const double u = random.uniform();
    ASSERT_TRUE(u >= 0 && u < 1);
    sum += u;
    squares += u * u;
  }
  EXPECT_NEAR(sum / n, 0.5, 0.005);
  EXPECT_NEAR(squares / n, 1.0 / 3, 0.005);
}

TEST(RandomTest, DrawsEveryIntegerOfARangeEquallyOften) {
  Random random{8};
  int counts[7] = {};
  for (int i = 0; i < 70'000; ++i) ++counts[random.integer(-3, 3) + 3];
  for (const int count : counts) EXPECT_NEAR(count, 10'000, 400);
  EXPECT_EQ(random.integer(5, 5), 5);
}

TEST(RandomTest, DrawsStandardNormals) {
  Random random{9};
  double sum = 0, squares = 0;
  constexpr int n = 100'000;
  for (int i = 0; i < n; ++i) {
    const double x = random.normal();
    ASSERT_TRUE(std::isfinite(x));
    sum += x;
    squares += x * x;
  }
  EXPECT_NEAR(sum / n, 0, 0.02);
  EXPECT_NEAR(squares / n, 1, 0.02);
}

TEST(RandomTest, DrawsFromRangesAsWideAsThereAre) {
  constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();
  Random random{10}, same{10};
  for (int i = 0; i < 100; ++i) EXPECT_EQ(random.integer(lowest, highest), static_cast<std::int64_t>(same.next()));
  // Nearly half of what comes out of the generator lies past the last whole multiple of this range.
  for (int i = 0; i < 100; ++i) EXPECT_LE(random.integer(lowest, 0), 0);
}

}  // namespace
}  // namespace pbt
