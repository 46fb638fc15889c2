#include "view/workers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "view/overview.h"
#include "view/record_fixture.h"

namespace pbt {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TurnPointer turn_of(const std::string& worker, TurnKey key, std::int64_t started_ms, std::int64_t ended_ms) {
  Turn turn = small_turn(key, {}, 0, 0.5, small_values(0.01, 32));
  turn.worker = worker;
  turn.started_ms = started_ms;
  turn.ended_ms = ended_ms;
  return std::make_shared<const Turn>(turn);
}

/// a trained from 1 to 5 s and has member 0 under way since; b trained from 3 to 5 s, and has been idle.
Population two_workers() {
  Population population;
  population.history = {turn_of("a", {0, 1}, 1000, 5000), turn_of("b", {1, 1}, 3000, 5000)};
  population.members.resize(2);
  population.members[0].id = 0;
  population.members[0].worker = "a";
  population.members[0].lease_until_ms = 30'000;
  population.members[1].id = 1;
  return population;
}

TEST(Workers, SayWhatTheyTrainAndHowLongTheirLeasesLast) {
  const auto rows = workers(two_workers());
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].worker, "a");
  EXPECT_THAT(rows[0].members, ElementsAre(0));
  EXPECT_EQ(rows[0].lease_until_ms, 30'000);
  EXPECT_THAT(rows[1].members, IsEmpty());
  EXPECT_EQ(rows[1].lease_until_ms, 0);
}

TEST(Workers, AreBusyWhileTheyTrainAndIdleAfterwards) {
  const auto rows = workers(two_workers());
  EXPECT_EQ(busy_share(rows[0], 9000), 1.0) << "4 s in a turn that ended, and 4 s in the one under way";
  EXPECT_EQ(busy_share(rows[1], 9000), 0.25) << "2 of the 8 s since the first turn began";
  EXPECT_EQ(rows[1].last_ended_ms, 5000);
  EXPECT_EQ(rows[0].steps_per_second, 25) << "100 steps in 4 s";
}

TEST(Workers, AreKnownByTheirLeaseBeforeTheirFirstTurnEnds) {
  Population population = two_workers();
  population.members[1].worker = "new";
  population.members[1].lease_until_ms = 20'000;
  const auto rows = workers(population);
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[2].worker, "new");
  EXPECT_THAT(rows[2].members, ElementsAre(1));
  EXPECT_EQ(rows[2].turns, 0);
}

TEST(Workers, HoldTheLeaseThatRunsOutFirstOfSeveral) {
  Population population = two_workers();
  population.members[1].worker = "a";
  population.members[1].lease_until_ms = 10'000;
  EXPECT_EQ(workers(population)[0].lease_until_ms, 10'000);
}

TEST(Workers, AreNotBusyBeforeAnythingWasTrained) {
  EXPECT_THAT(workers(Population{}), IsEmpty());
  Population population = two_workers();
  population.history.clear();
  EXPECT_EQ(busy_share(workers(population)[0], 9000), 0);
}

}  // namespace
}  // namespace pbt
