#include "serve/site.h"

#include <gtest/gtest.h>

#include "serve/serve_fixture.h"

namespace pbt::serve {
namespace {

Turn next_turn(int index) {
  return small_turn({0, index}, TurnKey{0, index - 1}, 100 * (index - 1), 1, small_values(0.01, 32));
}

TEST(Site, DoesNotReadTheTurnsOfWhatIsOnlyListed) {
  SmallSite small;
  (void)small.get("/api/v1/experiments");
  EXPECT_FALSE(small.site.read_on());
  EXPECT_EQ(small.site.find("lander")->digest().size(), 0);
}

TEST(Site, ReadsALongRecordPageByPage) {
  SmallSite small;
  for (int index = 3; index <= 2500; ++index) small.record.add(next_turn(index));
  FollowedRun& run = *small.site.find("lander");
  run.catch_up();
  EXPECT_EQ(run.digest().size(), 1000);
  EXPECT_TRUE(small.site.read_on());
  EXPECT_FALSE(small.site.read_on());
  EXPECT_EQ(run.digest().size(), 2503);
}

TEST(FollowedRun, ReadsTheRecordOnceASecondAtMost) {
  SmallSite small;
  FollowedRun& run = *small.site.find("lander");
  run.catch_up();
  small.record.add(next_turn(3));
  run.catch_up();
  EXPECT_EQ(run.digest().size(), 5);
  small.clock.advance(std::chrono::seconds(1));
  run.catch_up();
  EXPECT_EQ(run.digest().size(), 6);
}

TEST(FollowedRun, MakesTheProgressOfAnUnchangedRecordOnce) {
  SmallSite small;
  FollowedRun& run = *small.site.find("lander");
  run.catch_up();
  const char* made = run.progress().data();
  small.clock.advance(std::chrono::hours(1));
  EXPECT_EQ(run.progress().data(), made);
}

}  // namespace
}  // namespace pbt::serve
