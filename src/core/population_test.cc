#include "pbt/population.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>

namespace pbt {
namespace {

/// Plays a record into a population, as a store or a replay does.
class PopulationTest : public testing::Test {
 protected:
  void decide(DecisionKind kind, int member, std::optional<TurnKey> weights = {}) {
    Decision decision{.member = member, .turn = at(member).turns, .kind = kind, .weights = weights};
    decision.sequence = ++sequence_;
    pbt::apply(population_, std::make_shared<const Decision>(decision), [this](TurnKey key) { return turns_.at(key); });
  }

  void train(int member, double score, bool partial = false) {
    Turn turn;
    turn.key = {member, at(member).turns + 1};
    turn.from_step = at(member).standing ? at(member).standing->to_step : 0;
    turn.to_step = turn.from_step + 10;
    turn.score = score;
    turn.partial = partial;
    turn.sequence = ++sequence_;
    turns_[turn.key] = std::make_shared<const Turn>(turn);
    pbt::apply(population_, turns_[turn.key]);
  }

  void fail(int member, bool broken) {
    Failure failure{.turn = {member, at(member).turns + 1}};
    failure.steps_lost = 4;
    failure.sequence = ++sequence_;
    pbt::apply(population_, failure, broken);
  }

  const Member& at(int member) const { return population_.members[static_cast<std::size_t>(member)]; }

  Population population_ = unborn_population(3);
  std::map<TurnKey, TurnPointer> turns_;
  std::int64_t sequence_ = 0;
};

constexpr double infinity = std::numeric_limits<double>::infinity();

TEST_F(PopulationTest, StartsUnbornWithTheLowestScore) {
  EXPECT_EQ(at(2).id, 2);
  EXPECT_EQ(at(2).state, MemberState::unborn);
  EXPECT_EQ(at(2).score(), -infinity);
  EXPECT_FALSE(population_.finished());
}

TEST_F(PopulationTest, BecomesReadyBySomeDecisionAfterEveryTurn) {
  decide(DecisionKind::start, 0);
  EXPECT_EQ(at(0).state, MemberState::ready);
  train(0, 1.0);
  EXPECT_EQ(at(0).state, MemberState::undecided);
  decide(DecisionKind::proceed, 0, TurnKey{0, 1});
  EXPECT_EQ(at(0).state, MemberState::ready);
  EXPECT_EQ(population_.starts, 1);
  EXPECT_EQ(population_.sequence, 3);
}

TEST_F(PopulationTest, StandsAtItsDonorsTurnAfterACopyButCountsItsOwnSteps) {
  for (int member : {0, 1}) decide(DecisionKind::start, member);
  train(0, 5.0);
  decide(DecisionKind::proceed, 0, TurnKey{0, 1});
  train(0, 9.0);
  train(1, 1.0);
  decide(DecisionKind::copy, 1, TurnKey{0, 2});
  EXPECT_EQ(at(1).score(), 9.0);
  EXPECT_EQ(at(1).standing->to_step, 20);
  EXPECT_EQ(at(1).steps_done, 10);
  EXPECT_EQ(at(1).last->key, (TurnKey{1, 1}));
}

TEST_F(PopulationTest, PrefersLowerTurnsThenLowerMembersAmongEquallyGoodOnes) {
  for (int member : {0, 1, 2}) decide(DecisionKind::start, member);
  train(0, 2.0, /*partial=*/true);
  EXPECT_EQ(population_.best, nullptr);
  train(1, -infinity);
  EXPECT_EQ(population_.best, nullptr);
  train(2, 1.0);
  decide(DecisionKind::proceed, 2, TurnKey{2, 1});
  train(2, 1.0);
  EXPECT_EQ(population_.best->key, (TurnKey{2, 1}));
  decide(DecisionKind::proceed, 1, TurnKey{1, 1});
  train(1, 1.0);
  EXPECT_EQ(population_.best->key, (TurnKey{2, 1}));
}

TEST_F(PopulationTest, CountsFailedStepsAndWaitsForAReplacementWhenBroken) {
  decide(DecisionKind::start, 0);
  fail(0, /*broken=*/false);
  EXPECT_EQ(at(0).state, MemberState::ready);
  fail(0, /*broken=*/true);
  EXPECT_EQ(at(0).state, MemberState::undecided);
  EXPECT_TRUE(at(0).broken);
  EXPECT_EQ(population_.steps_done(), 8);
  decide(DecisionKind::start, 0);
  EXPECT_EQ(at(0).state, MemberState::ready);
  EXPECT_EQ(at(0).failures, 0);
  EXPECT_FALSE(at(0).broken);
}

TEST_F(PopulationTest, IsFinishedWhenEveryMemberHasStopped) {
  for (int member : {0, 1, 2}) {
    decide(DecisionKind::start, member);
    train(member, 1.0);
    decide(DecisionKind::stop, member, TurnKey{member, 1});
  }
  EXPECT_TRUE(population_.finished());
}

}  // namespace
}  // namespace pbt
