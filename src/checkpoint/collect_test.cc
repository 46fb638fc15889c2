#include "checkpoint/collect.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/laboratory.h"

namespace pbt {
namespace {

/// An experiment that has been trained, keeping everything.
class CollectTest : public Laboratory {
 protected:
  CollectTest() {
    experiment_.checkpoints.keep_last = 1000;
    experiment_.algorithm.exploit = {"none", {}};
    work();
  }
  std::set<std::string> stored() {
    const auto names = storage_->list();
    return {names.begin(), names.end()};
  }
};

TEST_F(CollectTest, RemovesTheBytesOfWhatIsNotNeeded) {
  ASSERT_EQ(stored().size(), 20U);
  const Collected collected = collect_garbage(*store_, *storage_, {.keep_last = 1});
  EXPECT_EQ(collected.checkpoints, 16);
  EXPECT_EQ(stored().size(), 4U);
  EXPECT_TRUE(stored().contains(population().best->checkpoint.name));
}

TEST_F(CollectTest, GivesUpWhatKeepLastSparedWhenTheQuotaAsks) {
  const Collected collected = collect_garbage(*store_, *storage_, {.keep_last = 1000, .quota_bytes = 60});
  EXPECT_LE(collected.bytes_left, 60U);
  EXPECT_EQ(store_->status().state, RunState::done);
}

TEST_F(CollectTest, PausesTheExperimentWhenWhatIsNeededPassesTheQuota) {
  store_->control(SetState{RunState::running, ""});
  for (int turn = 1; turn <= 5; ++turn) store_->control(Pin{store_->turn({0, turn})->checkpoint.name});
  (void)collect_garbage(*store_, *storage_, {.keep_last = 0, .quota_bytes = 10});
  EXPECT_EQ(store_->status().state, RunState::paused);
  EXPECT_NE(store_->status().reason.find("over the quota of 10"), std::string::npos) << store_->status().reason;
  EXPECT_EQ(stored().size(), 8U);
}

TEST_F(CollectTest, CountsFilesTooWhereTheyHaveAQuota) {
  store_->control(SetState{RunState::running, ""});
  const std::int64_t files = population().best->checkpoint.files;
  ASSERT_GT(files, 0);
  const Collected collected = collect_garbage(*store_, *storage_, {.keep_last = 1000, .quota_files = 5 * files});
  EXPECT_LE(collected.files_left, 5 * files);
  EXPECT_EQ(store_->status().state, RunState::running);
  for (const std::string& name : stored()) store_->control(Pin{name});
  (void)collect_garbage(*store_, *storage_, {.keep_last = 0, .quota_files = 1});
  EXPECT_EQ(store_->status().state, RunState::paused);
  EXPECT_NE(store_->status().reason.find("files, over the quota of 1; raise [checkpoints] quota_files"),
            std::string::npos)
      << store_->status().reason;
}

TEST_F(CollectTest, KeepsWhatAYoungerMemberMayCopyWhereScoresAreComparedAtEqualSteps) {
  experiment_.algorithm.exploit = {"truncation", {}};
  experiment_.algorithm.settings["compare"] = std::string("equal_steps");
  experiment_.budget.steps = 100;
  algorithm_ = make_algorithm(experiment_, builtin_strategies());
  // Member 0 goes on from its second turn; the others stand at their fifth.
  Population population = store_->population();
  Decision back = *population.members[0].next;
  ++back.revision;
  back.kind = DecisionKind::proceed;
  back.weights = TurnKey{0, 2};
  (void)store_->commit(Decide{{back}, {}});
  EXPECT_EQ(with_donors({.keep_last = 1}, *algorithm_, *store_).keep_last, 4);  // their second to fifth
}

TEST_F(CollectTest, KeepsNothingForAMethodThatReadsTheHistoryAndCopiesNobody) {
  experiment_.algorithm = {.type = "halving"};
  experiment_.budget.steps = 100;
  algorithm_ = make_algorithm(experiment_, builtin_strategies());
  EXPECT_EQ(with_donors({.keep_last = 1}, *algorithm_, *store_).keep_last, 1);
}

TEST_F(CollectTest, RemovesBytesThatNoRecordWillEverName) {
  storage_->stage("m0.t6.f1").write("theta", "the member's fence has grown since");
  storage_->stage("m1.t2.f99").write("theta", "the turn was committed with other bytes");
  storage_->stage("m2.t6.f99").write("theta", "may still be committed");
  storage_->stage("m3.t6.f5").write("theta", "its lease was given back");
  storage_->stage("mine").write("theta", "not ours");
  storage_->stage("m99.t1.f1").write("theta", "of no member here");
  EXPECT_EQ(remove_orphans(*store_, *storage_), 3);
  EXPECT_EQ(stored().size(), 23U);
  EXPECT_TRUE(stored().contains("m2.t6.f99"));
  EXPECT_TRUE(stored().contains("m99.t1.f1"));
  EXPECT_TRUE(stored().contains("mine"));
}

TEST_F(CollectTest, RemovesImportsThatTheirMemberHasLeftBehind) {
  storage_->stage("initial-0.f1").write("theta", "the member's fence has grown since");
  storage_->stage("initial-1.f99").write("theta", "its start may still be committed");
  storage_->stage("initial-2.inject-3").write("theta", "the member has trained since");
  const std::string now = std::to_string(population().sequence);
  storage_->stage("initial-3.inject-" + now).write("theta", "may still be committed");
  storage_->stage("initial-3.f1.mine").write("theta", "not ours");
  EXPECT_EQ(remove_orphans(*store_, *storage_), 2);
  EXPECT_FALSE(stored().contains("initial-0.f1"));
  EXPECT_FALSE(stored().contains("initial-2.inject-3"));
  EXPECT_EQ(stored().size(), 23U);
}

}  // namespace
}  // namespace pbt
