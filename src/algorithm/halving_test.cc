#include "algorithm/halving.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "algorithm/test_population.h"
#include "pbt/algorithm.h"
#include "pbt/error.h"

namespace pbt {
namespace {

using testing::ElementsAre;

Experiment experiment_of(int members) {
  Experiment experiment;
  experiment.population = members;
  experiment.interval = 10;
  experiment.budget.steps = 90;
  experiment.algorithm.type = "halving";
  experiment.space.parameters.push_back({"x", RealRange{0, 1}, {}, false, {}, {}});
  return experiment;
}

/// Members on a ladder of rungs at 10 and 30 steps, up to a budget of 90.
class HalvingTest : public testing::Test {
 protected:
  /// The member ends a turn of ten steps with this score.
  void ends_turn(int member, double score) {
    Member& own = population_.members.at(static_cast<std::size_t>(member));
    auto turn = std::make_shared<Turn>(*make_turn({member, own.turns + 1}, score, own.steps_done + 10, {{"x", 0.5}}));
    turn->from_step = own.steps_done;
    if (own.last && !fresh_) turn->parent = own.last->key;
    fresh_ = false;
    finish(population_, turn);
    own.state = MemberState::undecided;
  }
  DecisionKind decided(int member) {
    Random random{1};
    const Choice choice = algorithm_->after_turn(population_, member, random);
    Member& own = population_.members.at(static_cast<std::size_t>(member));
    own.state = choice.kind == DecisionKind::wait   ? MemberState::waiting
                : choice.kind == DecisionKind::stop ? MemberState::stopped
                                                    : MemberState::ready;
    return choice.kind;
  }
  void is_unborn_from(int member) { population_.members.resize(static_cast<std::size_t>(member)); }

  Population population_ = unborn_population(9);
  bool fresh_ = false;
  std::unique_ptr<Algorithm> algorithm_ = make_algorithm(experiment_of(9), builtin_strategies());
};

TEST(RungSteps, GrowByEtaBelowTheBudget) {
  EXPECT_THAT(rung_steps(10, 3, 90), ElementsAre(10, 30));
  EXPECT_THAT(rung_steps(10, 3, 91), ElementsAre(10, 30, 90));
  EXPECT_THAT(rung_steps(1, 2, std::numeric_limits<std::int64_t>::max()), testing::SizeIs(63));
}

TEST_F(HalvingTest, PromotesTheBestThirdOfThoseSoFar) {
  ends_turn(0, 5);
  EXPECT_EQ(decided(0), DecisionKind::wait) << "one result has no third";
  ends_turn(1, 4);
  EXPECT_EQ(decided(1), DecisionKind::wait);
  ends_turn(2, 6);
  EXPECT_EQ(decided(2), DecisionKind::proceed) << "the best of three";
  ends_turn(3, 7);
  EXPECT_EQ(decided(3), DecisionKind::proceed) << "the best of four, although another was promoted before";
  ends_turn(4, 1);
  ends_turn(5, 1);
  EXPECT_EQ(decided(4), DecisionKind::wait);
  EXPECT_EQ(decided(0), DecisionKind::wait) << "third of six, two of which may go on";
}

TEST_F(HalvingTest, PromotesOneThatWaitedOnceOthersFallBehindIt) {
  for (int member = 0; member < 8; ++member) {
    ends_turn(member, member == 0 ? 5 : member == 1 ? 6 : 1);
    (void)decided(member);
  }
  EXPECT_EQ(population_.members[1].state, MemberState::waiting) << "it came as the second of two";
  EXPECT_EQ(decided(0), DecisionKind::proceed) << "second of eight, two of which may go on";
  EXPECT_EQ(decided(1), DecisionKind::proceed);
}

TEST_F(HalvingTest, GoesOnBetweenRungsWhateverTheScore) {
  for (int member = 0; member < 3; ++member) ends_turn(member, member);
  EXPECT_EQ(decided(2), DecisionKind::proceed);
  ends_turn(2, -100);
  EXPECT_EQ(decided(2), DecisionKind::proceed) << "20 steps are no rung";
  ends_turn(2, 100);
  EXPECT_EQ(decided(2), DecisionKind::wait) << "the first at 30";
}

TEST_F(HalvingTest, NeverPromotesADivergedOne) {
  for (int member = 0; member < 3; ++member) ends_turn(member, -std::numeric_limits<double>::infinity());
  EXPECT_EQ(decided(0), DecisionKind::wait);
}

TEST_F(HalvingTest, StopsThoseThatNobodyCanHelpAnyMore) {
  is_unborn_from(3);
  for (int member = 0; member < 3; ++member) ends_turn(member, member);
  EXPECT_EQ(decided(0), DecisionKind::wait) << "the best one's promotion is still to come";
  EXPECT_EQ(decided(2), DecisionKind::proceed);
  EXPECT_EQ(decided(0), DecisionKind::wait) << "it trains";
  population_.members[2].state = MemberState::stopped;
  EXPECT_EQ(decided(0), DecisionKind::stop) << "member 1 has not decided yet, but cannot be promoted either";
}

TEST_F(HalvingTest, NamesThoseThatHaveWaitedEnough) {
  for (int member = 0; member < 8; ++member) {
    ends_turn(member, member == 0 ? 5 : member == 1 ? 6 : 1);
    (void)decided(member);
  }
  EXPECT_THAT(algorithm_->waited_enough(population_), ElementsAre(0, 1)) << "the best two of eight";
  EXPECT_EQ(decided(0), DecisionKind::proceed);
  EXPECT_EQ(decided(1), DecisionKind::proceed);
  EXPECT_THAT(algorithm_->waited_enough(population_), ElementsAre()) << "these train, and one is unborn";
  for (const int member : {0, 1, 8}) population_.members[static_cast<std::size_t>(member)].state = MemberState::stopped;
  EXPECT_THAT(algorithm_->waited_enough(population_), ElementsAre(2, 3, 4, 5, 6, 7)) << "there is nothing to wait for";
  for (const int member : {2, 3, 4, 5, 6, 7}) EXPECT_EQ(decided(member), DecisionKind::stop);
}

TEST_F(HalvingTest, StopsAConfigurationThatFailedForGood) {
  ends_turn(0, 5);
  Random random{1};
  const Choice choice = algorithm_->replace(population_, 0, random);
  EXPECT_EQ(choice.kind, DecisionKind::stop);
  EXPECT_EQ(choice.weights, (TurnKey{0, 1}));
}

TEST_F(HalvingTest, CountsAConfigurationThatFailedForGoodBesideTheOneThatReplacedIt) {
  is_unborn_from(3);
  for (int member = 0; member < 3; ++member) ends_turn(member, 3 - member);
  Member& own = population_.members[0];
  own.steps_done = 0;
  fresh_ = true;
  ends_turn(0, 0.5);
  const Ladder ladder = ladder_of(population_, {10, 30});
  ASSERT_EQ(ladder.rungs[0].size(), 4U);
  EXPECT_EQ(place_of(ladder, 0), 3U) << "the new one, not the first";
}

TEST(Halving, RefusesALadderWithoutARung) {
  Experiment experiment = experiment_of(9);
  experiment.algorithm.settings = {{"least_steps", std::int64_t{90}}};
  try {
    (void)make_algorithm(experiment, builtin_strategies());
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("least_steps must be less than the 90 steps"));
  }
}

}  // namespace
}  // namespace pbt
