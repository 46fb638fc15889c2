// Members that wait, as successive halving lets them.
#include <map>

#include "pbt/worker.h"
#include "tests/support/laboratory.h"

namespace pbt {
namespace {

class WaitsTest : public Laboratory {
 protected:
  WaitsTest() {
    experiment_.algorithm = {.type = "halving"};
    experiment_.population = 9;
    experiment_.budget.steps = 90;  // rungs at 10 and 30 steps
  }
  std::map<std::int64_t, int> members_by_steps() {
    std::map<std::int64_t, int> counts;
    for (const Member& member : population().members) ++counts[member.steps_done];
    return counts;
  }
};

TEST_F(WaitsTest, EndsEveryWaitByAPromotionOrAtTheEnd) {
  EXPECT_EQ(work(), WorkerEnd::finished);
  EXPECT_TRUE(population().finished());
  const auto counts = members_by_steps();
  EXPECT_GE(counts.at(90), 1) << "the best of three at 30 steps, and whoever was ahead when they came";
  EXPECT_GE(counts.at(30) + counts.at(90), 3) << "a third of nine, and whoever was ahead at the time";
  EXPECT_FALSE(seen<MembersDecided>().empty());
}

TEST_F(WaitsTest, PromotesBeforeItBeginsAnotherConfiguration) {
  work();
  std::vector<Decision> decisions = store_->decisions(0, 1000);
  int before_the_last_start = 0, so_far = 0;
  for (std::size_t i = 0; i + 1 < decisions.size(); ++i) {
    const bool ended_a_wait = decisions[i].revision > 0 && decisions[i].kind == DecisionKind::proceed;
    if (decisions[i].kind == DecisionKind::start) before_the_last_start = so_far;
    if (!ended_a_wait) continue;
    ++so_far;
    EXPECT_NE(decisions[i + 1].kind, DecisionKind::start) << "m" << decisions[i].member << " was to go first";
  }
  EXPECT_GT(before_the_last_start, 0) << "else no wait would have ended while there was somebody to begin";
}

TEST_F(WaitsTest, EndsASynchronousRoundInWhichSomeWait) {
  experiment_.synchronous = true;
  EXPECT_EQ(work(), WorkerEnd::finished);
  EXPECT_EQ(members_by_steps(), (std::map<std::int64_t, int>{{10, 6}, {30, 2}, {90, 1}}));
}

TEST_F(WaitsTest, EndsTheWaitsThatADeadWorkerHasLeft) {
  int turns_left = 4;
  const auto end = work([&](const Assignment& turn, TurnControl& control) {
    if (--turns_left == 0) worker_->request_stop(Stop::save);
    return train_toy(turn, control);
  });
  EXPECT_EQ(end, WorkerEnd::stopped);
  EXPECT_EQ(work(), WorkerEnd::finished);
  EXPECT_TRUE(population().finished());
}

TEST_F(WaitsTest, SaysThatAllFirstTurnsFailedAlthoughEachMemberStopsWhenItFails) {
  work([](const Assignment&, TurnControl&) -> Report { throw std::runtime_error("no such data set"); });
  EXPECT_EQ(store_->status().state, RunState::failed);
  EXPECT_EQ(store_->status().reason, "the population's first turns all failed: no such data set");
}

}  // namespace
}  // namespace pbt
