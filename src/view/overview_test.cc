#include "view/overview.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "view/record_fixture.h"

namespace pbt {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Overview, ShowsWhatEachMemberStandsAt) {
  const Overview look = overview(small_experiment(), small_record());
  ASSERT_EQ(look.members.size(), 3u);
  EXPECT_EQ(look.members[0].score, 0.75);
  EXPECT_EQ(look.members[0].step, 200);
  EXPECT_EQ(look.members[0].turn, 2);
  EXPECT_FALSE(look.members[0].best);
  EXPECT_EQ(look.members[1].score, 0.875);
  EXPECT_TRUE(look.members[1].best);
  EXPECT_EQ(look.turns, 5);
}

TEST(Overview, SaysWhatAMemberHoldsACopyOfUntilItTrains) {
  const Overview look = overview(small_experiment(), small_record());
  EXPECT_EQ(look.members[1].copied_from, std::nullopt);
  EXPECT_EQ(look.members[2].copied_from, (TurnKey{1, 2}));
  EXPECT_EQ(look.members[2].score, 0.875) << "after a copy a member stands at its donor's score";
  EXPECT_EQ(look.members[2].hyperparameters, small_values(0.01, 64));
}

TEST(Overview, TakesTrendsAlongLineages) {
  const Overview look = overview(small_experiment(), small_record());
  EXPECT_THAT(look.members[0].trend, ElementsAre(0.5, 0.75));
  EXPECT_THAT(look.members[1].trend, ElementsAre(0.5, 0.875)) << "not its own 0.25, which it threw away";
}

TEST(Overview, CutsATrendAtItsLength) {
  EXPECT_THAT(overview(small_experiment(), small_record(), 1).members[0].trend, ElementsAre(0.75));
}

TEST(Overview, ShowsAMinimisedMetricInItsOwnSign) {
  Experiment experiment = small_experiment();
  experiment.objective = {"loss", Mode::minimize};
  FakeRecord record(1);
  record.add(small_turn({0, 1}, {}, 0, -2.5, small_values(0.01, 32)));
  const Overview look = overview(experiment, record);
  EXPECT_EQ(look.members[0].score, 2.5);
  EXPECT_THAT(look.members[0].trend, ElementsAre(2.5));
}

TEST(Overview, HasNoScoreForADivergedOrAnUnbornMember) {
  FakeRecord record(2);
  record.add(small_turn({0, 1}, {}, 0, NAN, small_values(0.01, 32)));
  const Overview look = overview(small_experiment(), record);
  EXPECT_EQ(look.members[0].score, std::nullopt);
  EXPECT_TRUE(look.members[0].diverged);
  EXPECT_EQ(look.members[1].score, std::nullopt);
  EXPECT_FALSE(look.members[1].diverged);
  EXPECT_THAT(look.members[1].trend, IsEmpty());
  EXPECT_EQ(look.best, nullptr);
}

TEST(Progress, EstimatesTheTimeLeftFromTheLatestTurns) {
  const Progress progress = overview(small_experiment(), small_record()).progress;
  EXPECT_EQ(progress.steps_done, 500);
  EXPECT_EQ(progress.steps_planned, 1200);
  EXPECT_EQ(progress.steps_per_second, 250) << "500 steps in the 2 s from the first begin to the last end";
  EXPECT_EQ(progress.seconds_left, 2.8);
}

TEST(Progress, IsBoundByTheBudgetOfAllMembersTogether) {
  Experiment experiment = small_experiment();
  experiment.budget.total_steps = 600;
  const Progress progress = overview(experiment, small_record()).progress;
  EXPECT_EQ(progress.steps_planned, 600);
  EXPECT_EQ(progress.seconds_left, 0.4);
}

TEST(Progress, IsBoundByTheWallClock) {
  Experiment experiment = small_experiment();
  experiment.budget.wall_clock_s = 5;
  EXPECT_EQ(overview(experiment, small_record()).progress.seconds_left, 1.0) << "4 s of training are over";
}

TEST(Progress, HasNoTimeLeftUnlessRunning) {
  FakeRecord record = small_record();
  record.status_now().state = RunState::paused;
  EXPECT_EQ(overview(small_experiment(), record).progress.seconds_left, std::nullopt);
}

}  // namespace
}  // namespace pbt
