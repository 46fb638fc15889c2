#include "view/lineage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pbt/error.h"
#include "view/record_fixture.h"

namespace pbt {
namespace {

using testing::ElementsAre;

std::vector<TurnKey> keys(const std::vector<TurnPointer>& turns) {
  std::vector<TurnKey> result;
  for (const TurnPointer& turn : turns) result.push_back(turn->key);
  return result;
}

TEST(Lineage, FollowsCopiesBackToTheFirstTurn) {
  const FakeRecord record = small_record();
  EXPECT_THAT(keys(lineage(record, {1, 2})), ElementsAre(TurnKey{0, 1}, TurnKey{1, 2}));
  EXPECT_THAT(keys(lineage(record, {0, 2})), ElementsAre(TurnKey{0, 1}, TurnKey{0, 2}));
}

TEST(Lineage, IsEmptyWhenThereIsNoSuchTurn) { EXPECT_TRUE(lineage(small_record(), {1, 9}).empty()); }

TEST(Lineage, EndsWhereADamagedRecordGoesInCircles) {
  FakeRecord record = small_record();
  const Hyperparameters values = small_values(0.01, 32);
  record.add(small_turn({0, 3}, TurnKey{0, 4}, 100, 0.5, values));
  record.add(small_turn({0, 4}, TurnKey{0, 3}, 100, 0.5, values));
  EXPECT_THROW((void)lineage(record, {0, 4}), StoreError);
}

TEST(Schedule, HasOneRowForEachChangeOfHyperparameters) {
  const auto rows = schedule(lineage(small_record(), {1, 2}));
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].from_step, 0);
  EXPECT_EQ(rows[0].to_step, 100);
  EXPECT_EQ(rows[0].hyperparameters, small_values(0.01, 32));
  EXPECT_EQ(rows[1].from_step, 100);
  EXPECT_EQ(rows[1].to_step, 200);
  EXPECT_EQ(rows[1].first_iteration, 1);
  EXPECT_EQ(rows[1].hyperparameters, small_values(0.0125, 32));
  EXPECT_EQ(rows[1].score, 0.875);
}

TEST(Schedule, JoinsNeighboursWithTheSameHyperparameters) {
  const auto rows = schedule(lineage(small_record(), {0, 2}));
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].from_step, 0);
  EXPECT_EQ(rows[0].to_step, 200);
  EXPECT_EQ(rows[0].first, (TurnKey{0, 1}));
  EXPECT_EQ(rows[0].last, (TurnKey{0, 2}));
}

TEST(Schedule, CountsAPartialTurnAndItsContinuationAsOneIteration) {
  FakeRecord record(1);
  Turn partial = small_turn({0, 1}, {}, 0, 0.1, small_values(0.01, 32));
  partial.partial = true;
  record.add(partial);
  record.add(small_turn({0, 2}, TurnKey{0, 1}, 100, 0.2, small_values(0.01, 32)));
  record.add(small_turn({0, 3}, TurnKey{0, 2}, 200, 0.3, small_values(0.02, 32)));
  const auto rows = schedule(lineage(record, {0, 3}));
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[1].first_iteration, 1);
}

TEST(Record, IsReadWholeAcrossPages) {
  FakeRecord record(1);
  for (int i = 1; i <= 2345; ++i) {
    record.add(small_turn({0, i}, i == 1 ? std::optional<TurnKey>() : TurnKey{0, i - 1}, 100 * (i - 1), 0.5,
                          small_values(0.01, 32)));
  }
  const auto turns = all_turns(record);
  ASSERT_EQ(turns.size(), 2345u);
  EXPECT_EQ(turns.back()->key, (TurnKey{0, 2345}));
}

TEST(FamilyTree, BranchesWhereATurnHasTwoSuccessors) {
  const FakeRecord record = small_record();
  const auto tree = family_tree(all_turns(record), record.population(0));
  ASSERT_EQ(tree.size(), 5u);
  EXPECT_THAT(keys(tree[0].turns), ElementsAre(TurnKey{0, 1}));
  EXPECT_THAT(tree[0].children, ElementsAre(2, 3));
  EXPECT_THAT(keys(tree[1].turns), ElementsAre(TurnKey{1, 1}));
  EXPECT_THAT(keys(tree[2].turns), ElementsAre(TurnKey{0, 2}));
  EXPECT_THAT(keys(tree[3].turns), ElementsAre(TurnKey{1, 2}));
  EXPECT_TRUE(tree[3].best);
}

TEST(FamilyTree, KeepsABranchAliveWhileAMemberStandsBehindIt) {
  const FakeRecord record = small_record();
  const auto tree = family_tree(all_turns(record), record.population(0));
  std::vector<bool> alive;
  for (const Branch& branch : tree) alive.push_back(branch.alive);
  EXPECT_THAT(alive, ElementsAre(true, false, true, true, false));
}

TEST(FamilyTree, JoinsAMembersUnbranchedTurns) {
  FakeRecord record(1);
  record.add(small_turn({0, 1}, {}, 0, 0.1, small_values(0.01, 32)));
  record.add(small_turn({0, 2}, TurnKey{0, 1}, 100, 0.2, small_values(0.01, 32)));
  const auto tree = family_tree(all_turns(record), record.population(0));
  ASSERT_EQ(tree.size(), 1u);
  EXPECT_THAT(keys(tree[0].turns), ElementsAre(TurnKey{0, 1}, TurnKey{0, 2}));
}

}  // namespace
}  // namespace pbt
