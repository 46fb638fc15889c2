#include "worker/record.h"

#include <gtest/gtest.h>

#include <cmath>

namespace pbt {
namespace {

Population with_setbacks(std::vector<int> setbacks) {
  Population population = unborn_population(static_cast<int>(setbacks.size()));
  for (std::size_t i = 0; i < setbacks.size(); ++i) {
    Member& member = population.members[i];
    member.state = MemberState::ready;
    member.next = std::make_shared<const Decision>(Decision{.member = member.id, .kind = DecisionKind::start});
    member.setbacks = setbacks[i];
  }
  return population;
}

TEST(WhyHopeless, WaitsUntilEveryMemberOfASmallPopulationHasFailed) {
  EXPECT_FALSE(why_hopeless(with_setbacks({2, 1, 0}), {}));
  EXPECT_TRUE(why_hopeless(with_setbacks({1, 1, 1}), {}));
}

TEST(WhyHopeless, GivesASingleMemberItsRetries) {
  EXPECT_FALSE(why_hopeless(with_setbacks({2}), {.max_failures = 3}));
  EXPECT_TRUE(why_hopeless(with_setbacks({3}), {.max_failures = 3}));
}

TEST(WhyHopeless, NeedsOnlyEightMembersOfALargePopulation) {
  std::vector<int> setbacks(100, 0);
  for (std::size_t i = 0; i < 7; ++i) setbacks[i] = 1;
  EXPECT_FALSE(why_hopeless(with_setbacks(setbacks), {}));
  setbacks[7] = 1;
  EXPECT_TRUE(why_hopeless(with_setbacks(setbacks), {}));
}

TEST(WhyHopeless, HasHopeAfterAnyTurn) {
  Population population = with_setbacks({1, 1, 1});
  population.members[0].turns = 1;
  EXPECT_FALSE(why_hopeless(population, {}));
}

TEST(WhyDone, NamesTheTurnThatReachedTheTarget) {
  Experiment experiment;
  experiment.objective.mode = Mode::minimize;
  experiment.budget.target = 0.1;
  Population population = with_setbacks({0, 0});
  Turn turn{.key = {1, 4}, .score = -0.2};
  population.best = std::make_shared<const Turn>(turn);
  EXPECT_FALSE(why_done(experiment, population));
  turn.score = -0.09;
  population.best = std::make_shared<const Turn>(turn);
  EXPECT_EQ(why_done(experiment, population), "the target is reached by m1.t4");
}

}  // namespace
}  // namespace pbt
