#include "worker/resume.h"

#include "tests/support/laboratory.h"

namespace pbt {
namespace {

class ResumeTest : public Laboratory {};

TEST_F(ResumeTest, TrainsOnWhenTheBudgetWasRaised) {
  work();
  EXPECT_EQ(resume(experiment_, *algorithm_, *store_), 0);
  EXPECT_EQ(store_->status().state, RunState::done);
  experiment_.budget.steps = 80;
  algorithm_ = make_algorithm(experiment_, builtin_strategies());
  EXPECT_EQ(resume(experiment_, *algorithm_, *store_), 4);
  EXPECT_EQ(store_->status().state, RunState::running);
  EXPECT_EQ(work(), WorkerEnd::finished);
  EXPECT_EQ(turns().size(), 32U);
}

TEST_F(ResumeTest, LeavesAnExperimentDoneThatHasReachedItsTarget) {
  experiment_.budget.target = 1e-3;
  work();
  ASSERT_FALSE(population().finished());
  EXPECT_EQ(resume(experiment_, *algorithm_, *store_), 0);
  EXPECT_EQ(store_->status().state, RunState::done);
}

TEST_F(ResumeTest, TriesAgainWhatHasFailedAlthoughTheTargetIsReached) {
  experiment_.budget.target = 1e-3;
  work();
  store_->control(SetState{RunState::failed, "the population's first turns all failed"});
  (void)resume(experiment_, *algorithm_, *store_);
  EXPECT_EQ(store_->status().state, RunState::running);
}

TEST_F(ResumeTest, TriesAgainWhatHasFailed) {
  work([](const Assignment&, TurnControl&) -> Report { throw std::runtime_error("no such data set"); });
  ASSERT_EQ(store_->status().state, RunState::failed);
  EXPECT_EQ(resume(experiment_, *algorithm_, *store_), 0);
  EXPECT_EQ(work(), WorkerEnd::finished);
  EXPECT_EQ(store_->status().state, RunState::done);
}

TEST_F(ResumeTest, SaysThatAllIsDoneWhereTheLastWorkerDiedBeforeItCould) {
  work();
  store_->control(SetState{RunState::running, ""});
  EXPECT_EQ(resume(experiment_, *algorithm_, *store_), 0);
  EXPECT_EQ(store_->status().state, RunState::done);
}

TEST_F(ResumeTest, SaysThatAllIsDoneWhereOthersFinishedWhatOneHadGivenUp) {
  work();
  store_->control(SetState{RunState::failed, "no member gets through a turn any more"});
  EXPECT_EQ(resume(experiment_, *algorithm_, *store_), 0);
  EXPECT_EQ(store_->status().state, RunState::done);
}

TEST_F(ResumeTest, GivesBackTheLeasesOfTheDeadAlone) {
  open();
  (void)store_->acquire({.worker = "alive"});
  (void)store_->acquire({.worker = "dead"});
  EXPECT_EQ(release_leases_of([](const std::string& worker) { return worker == "dead"; }, *store_), 1);
  EXPECT_EQ(store_->acquire({.worker = "next", .count = 4}).size(), 3U);
}

}  // namespace
}  // namespace pbt
