#include "worker/prepare.h"

#include <gtest/gtest.h>

#include <set>

#include "checkpoint/collect.h"
#include "tests/support/laboratory.h"

namespace pbt {
namespace {

Experiment experiment_of(std::int64_t interval, std::int64_t steps) {
  Experiment experiment;
  experiment.interval = interval;
  experiment.budget.steps = steps;
  return experiment;
}

std::int64_t next_steps(std::int64_t steps_done) {
  return steps_of_next_turn(experiment_of(100, 250), {.steps_done = steps_done});
}

TEST(StepsOfNextTurn, AreTheInterval) { EXPECT_EQ(next_steps(0), 100); }
TEST(StepsOfNextTurn, AreFewerAfterAnOvershoot) { EXPECT_EQ(next_steps(130), 70); }
TEST(StepsOfNextTurn, MakeAPartialTurnGood) { EXPECT_EQ(next_steps(140), 60); }
TEST(StepsOfNextTurn, EndAtTheBudget) { EXPECT_EQ(next_steps(200), 50); }

TEST(TurnSeed, DependsOnExperimentMemberTurnAndFailuresAlone) {
  Experiment experiment;
  Member member{.id = 3, .turns = 6};
  const std::int64_t seed = turn_seed(experiment, member);
  EXPECT_GE(seed, 0);
  EXPECT_LT(seed, std::int64_t{1} << 31);
  Member taken_over = member;
  taken_over.fence = 9;
  taken_over.worker = "another";
  EXPECT_EQ(turn_seed(experiment, taken_over), seed);
  std::set<std::int64_t> others{seed};
  member.failures = 1;
  others.insert(turn_seed(experiment, member));
  member.turns = 7;
  others.insert(turn_seed(experiment, member));
  experiment.seed = 2;
  others.insert(turn_seed(experiment, member));
  EXPECT_EQ(others.size(), 4U);
}

/// A storage that takes its time to publish.
class Slow final : public CheckpointStorage {
 public:
  Slow(CheckpointStorage& inner, std::function<void()> meanwhile) : inner_(inner), meanwhile_(std::move(meanwhile)) {}
  Folder stage(const std::string& name) override { return inner_.stage(name); }
  Checkpoint publish(const std::string& name) override { return meanwhile_(), inner_.publish(name); }
  Folder open(const Checkpoint& checkpoint) override { return inner_.open(checkpoint); }
  void remove(const std::string& name) override { inner_.remove(name); }
  std::vector<std::string> list() override { return inner_.list(); }

 private:
  CheckpointStorage& inner_;
  std::function<void()> meanwhile_;
};

class PretrainedTest : public Laboratory {};

TEST_F(PretrainedTest, StartsAMemberFromTheFolderOfItsInitialRow) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "pretrained";
  std::filesystem::create_directories(folder);
  Folder(folder).write("theta", "100");
  experiment_.initial = {{.hyperparameters = {{"lr", 0.5}}}, {.hyperparameters = {}, .checkpoint = folder.string()}};
  work();
  EXPECT_EQ(store_->turn({0, 1})->hyperparameters.real("lr"), 0.5);
  EXPECT_GT(store_->turn({1, 1})->score, 100);
  EXPECT_EQ(store_->turn({1, 1})->from_step, 0);
  EXPECT_LT(store_->turn({2, 1})->score, 100);
}

TEST_F(PretrainedTest, StartsFromItAgainWhenNothingElseIsLeft) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "pretrained_again";
  std::filesystem::create_directories(folder);
  Folder(folder).write("theta", "100");
  experiment_.population = 2;
  experiment_.algorithm.exploit = {"none", {}};
  experiment_.initial = {{.hyperparameters = {}, .checkpoint = folder.string()}};
  open();
  work([&](const Assignment& turn, TurnControl& control) {
    if (turn.member == 1 && turn.index == 1) storage_->remove("m0.t1.f1");  // the power fails
    return train_toy(turn, control);
  });
  EXPECT_GT(store_->turn({0, 2})->score, 100);
  EXPECT_EQ(store_->turn({0, 2})->from_step, 0);
  EXPECT_EQ(store_->turn({0, 2})->parent, std::nullopt);
}

TEST_F(PretrainedTest, LeavesNothingInTheRecordWhenTheStartNeverComes) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "pretrained_for_nothing";
  std::filesystem::create_directories(folder);
  Folder(folder).write("theta", "100");
  experiment_.initial = {{.hyperparameters = {}, .checkpoint = folder.string()}};
  open();
  std::vector<Lease> lost = store_->acquire({.worker = "slow"});
  Slow slow(*storage_, [&] {
    clock_.advance(std::chrono::hours(1));
    (void)store_->acquire({.worker = "next"});
  });
  const auto trainer = make_function_trainer(train_toy);
  start_unborn({experiment_, *algorithm_, *store_, slow, *trainer, clock_}, lost);
  EXPECT_TRUE(lost.empty());
  EXPECT_TRUE(store_->checkpoints().empty());
  EXPECT_EQ(remove_orphans(*store_, *storage_), 1);
}

}  // namespace
}  // namespace pbt
