#include "pbt/worker.h"

#include <atomic>
#include <cmath>
#include <limits>
#include <map>
#include <stdexcept>

#include "tests/support/laboratory.h"
#include "worker/record.h"

namespace pbt {
namespace {

class WorkerTest : public Laboratory {};

TEST_F(WorkerTest, TrainsEveryMemberToItsBudget) {
  EXPECT_EQ(work(), WorkerEnd::finished);
  EXPECT_EQ(turns().size(), 20U);
  for (const Member& member : population().members) {
    EXPECT_EQ(member.steps_done, 50);
    EXPECT_EQ(member.state, MemberState::stopped);
  }
  EXPECT_EQ(store_->status().state, RunState::done);
}

TEST_F(WorkerTest, ServesTheMemberWithLeastProgressFirst) {
  work();
  std::map<int, int> taken;
  for (const TurnPointer& turn : turns()) {
    for (int other = 0; other < 4; ++other) EXPECT_LE(taken[turn->key.member], taken[other]);
    ++taken[turn->key.member];
  }
}

TEST_F(WorkerTest, StartsFromTheDonorsWeightsWithOtherHyperparametersAfterACopy) {
  work();
  int copies = 0;
  for (const Decision& decision : store_->decisions(0, 1000)) {
    if (decision.kind != DecisionKind::copy) continue;
    ++copies;
    const TurnPointer next = store_->turn({decision.member, decision.turn + 1});
    const TurnPointer donor = store_->turn(*decision.donor);
    ASSERT_TRUE(next && donor);
    EXPECT_EQ(next->parent, donor->key);
    EXPECT_EQ(next->from_step, donor->to_step);
    EXPECT_EQ(next->hyperparameters, decision.hyperparameters);
    EXPECT_NE(next->hyperparameters, donor->hyperparameters);
    EXPECT_NEAR(next->score, donor->score + 10 * next->hyperparameters.real("lr"), 1e-5);
  }
  EXPECT_GT(copies, 0);
}

TEST_F(WorkerTest, KeepsOnlyTheCheckpointsThatAreNeeded) {
  experiment_.checkpoints.keep_last = 0;
  work();
  // Each member's own end, and the best.
  EXPECT_LE(store_->checkpoints().size(), 5U);
  EXPECT_EQ(storage_->list().size(), store_->checkpoints().size());
}

TEST_F(WorkerTest, RetriesAFailedTurnAfterAWaitWithAnotherSeed) {
  std::vector<std::int64_t> seeds;
  std::vector<std::int64_t> times;
  work([&](const Assignment& turn, TurnControl& control) {
    if (turn.member == 2 && turn.index == 2) {
      seeds.push_back(turn.seed);
      times.push_back(clock_.now_ms());
      if (seeds.size() < 3) throw std::runtime_error("out of memory");
    }
    return train_toy(turn, control);
  });
  ASSERT_EQ(seeds.size(), 3U);
  EXPECT_NE(seeds[0], seeds[1]);
  EXPECT_GE(times[1] - times[0], 1000);
  EXPECT_GE(times[2] - times[1], 2000);
  const auto failures = store_->failures(0, 10);
  ASSERT_EQ(failures.size(), 2U);
  EXPECT_EQ(failures[0].what.message, "out of memory");
  EXPECT_EQ(population().members[2].steps_done, 50);
}

TEST_F(WorkerTest, ReplacesAMemberThatKeepsFailingByAGoodOne) {
  experiment_.algorithm.exploit = {"none", {}};
  experiment_.algorithm.explore = {"none", {}};
  work([&](const Assignment& turn, TurnControl& control) -> Report {
    if (turn.member == 2 && turn.index == 2 && turn.parent.starts_with("m2")) throw std::runtime_error("broken");
    return train_toy(turn, control);
  });
  EXPECT_EQ(store_->failures(0, 10).size(), 3U);
  const TurnPointer second = store_->turn({2, 2});
  ASSERT_TRUE(second);
  EXPECT_NE(second->parent->member, 2);
  EXPECT_EQ(store_->status().state, RunState::done);
}

TEST_F(WorkerTest, StopsTheExperimentWhenAllFirstTurnsFailAndQuotesTheTrainer) {
  EXPECT_EQ(work([](const Assignment&, TurnControl&) -> Report { throw std::runtime_error("no such data set"); }),
            WorkerEnd::finished);
  EXPECT_EQ(store_->status().state, RunState::failed);
  EXPECT_EQ(store_->status().reason, "the population's first turns all failed: no such data set");
}

TEST_F(WorkerTest, TakesADivergedTurnAsTheWorstAndNeverAsADonor) {
  work([&](const Assignment& turn, TurnControl& control) {
    Report report = train_toy(turn, control);
    if (turn.member == 1 && turn.index == 1) report.metrics["score"] = std::nan("");
    return report;
  });
  EXPECT_EQ(store_->turn({1, 1})->score, -std::numeric_limits<double>::infinity());
  EXPECT_TRUE(store_->failures(0, 10).empty());
  for (const Decision& decision : store_->decisions(0, 1000)) EXPECT_FALSE(decision.donor == (TurnKey{1, 1}));
}

TEST_F(WorkerTest, RecordsAWrongMetricAsAFailureThatListsWhatThereIs) {
  work([](const Assignment& turn, TurnControl& control) {
    Report report = train_toy(turn, control);
    report.metrics = {{"scores", 1.0}};
    return report;
  });
  const Failure failure = store_->failures(0, 1).front();
  EXPECT_EQ(failure.what.kind, FailureKind::no_metric);
  EXPECT_NE(failure.what.message.find("scores"), std::string::npos) << failure.what.message;
}

TEST_F(WorkerTest, CountsAFailedTurnForNoMoreStepsThanWereAsked) {
  std::atomic<bool> failed = false;
  work([&](const Assignment& turn, TurnControl& control) {
    if (turn.member == 1 && !failed.exchange(true)) {
      Report report = train_toy(turn, control);
      report.step = std::int64_t{1} << 60U;
      return report;
    }
    return train_toy(turn, control);
  });
  ASSERT_EQ(store_->failures(0, 10).size(), 1U);
  EXPECT_EQ(store_->failures(0, 10).front().steps_lost, experiment_.interval);
  EXPECT_EQ(store_->status().state, RunState::done);
}

TEST_F(WorkerTest, RecordsAPartialTurnWhenStoppedAndMakesItGoodLater) {
  open();
  work([&](const Assignment& turn, TurnControl& control) {
    if (turns().size() == 6) worker_->request_stop(Stop::save);
    Report report = train_toy(turn, control);
    if (control.stop_requested() == Stop::save) {
      report.step = turn.from_step + 4;
      report.partial = true;
    }
    return report;
  });
  ASSERT_EQ(turns().size(), 7U);
  const TurnPointer cut = turns().back();
  EXPECT_TRUE(cut->partial);
  EXPECT_EQ(work(), WorkerEnd::finished);
  const TurnPointer after = store_->turn({cut->key.member, cut->key.index + 1});
  EXPECT_EQ(after->parent, cut->key);
  EXPECT_EQ(after->steps(), 6);
  EXPECT_EQ(population().members[static_cast<std::size_t>(cut->key.member)].steps_done, 50);
}

TEST_F(WorkerTest, GivesTheTurnBackWhenToldToAbandonIt) {
  open();
  EXPECT_EQ(work([&](const Assignment&, TurnControl& control) -> Report {
              worker_->request_stop(Stop::abandon);
              EXPECT_EQ(control.stop_requested(), Stop::abandon);
              throw Abandoned{};
            }),
            WorkerEnd::stopped);
  EXPECT_TRUE(turns().empty());
  EXPECT_TRUE(store_->failures(0, 10).empty());
  EXPECT_EQ(work(), WorkerEnd::finished);
  EXPECT_EQ(turns().size(), 20U);
}

TEST_F(WorkerTest, DoesNotRecordATurnWhoseLeaseWasTakenOver) {
  open();
  bool stalled = false;
  work([&](const Assignment& turn, TurnControl& control) -> Report {
    if (!stalled) {
      stalled = true;
      clock_.advance(std::chrono::minutes(2));  // past the lease, and nobody ticks
      EXPECT_EQ(store_->acquire({.worker = "thief", .count = 1}).front().member.id, turn.member);
      EXPECT_EQ(control.stop_requested(), Stop::abandon);
      return train_toy(turn, control);  // a trainer that does not listen
    }
    clock_.advance(std::chrono::seconds(10));
    return train_toy(turn, control);
  });
  int first_turns_of_0 = 0;
  for (const TurnPointer& turn : turns()) first_turns_of_0 += turn->key == TurnKey{0, 1} ? 1 : 0;
  EXPECT_EQ(first_turns_of_0, 1);
  EXPECT_EQ(store_->turn({0, 1})->fence, 3);
}

TEST_F(WorkerTest, GivesUpATurnThatOthersFinishedWhileItsProcessWasStopped) {
  int calls = 0;
  const WorkerEnd end = work([&](const Assignment& turn, TurnControl& control) {
    if (++calls == 1) {
      clock_.advance(std::chrono::minutes(2));  // past the lease
      EXPECT_EQ(work(), WorkerEnd::finished);   // the others go on to the end
    }
    return train_toy(turn, control);
  });
  EXPECT_EQ(end, WorkerEnd::finished);
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(turns().size(), 20U);
  for (const TurnPointer& turn : turns()) EXPECT_EQ(turn->worker, "w1");
}

TEST_F(WorkerTest, GivesUpAFailureOfATurnThatOthersFinished) {
  experiment_.failures.max_failures = 1;
  int calls = 0;
  const WorkerEnd end = work([&](const Assignment&, TurnControl&) -> Report {
    if (++calls == 1) {
      clock_.advance(std::chrono::minutes(2));
      EXPECT_EQ(work(), WorkerEnd::finished);
    }
    throw std::runtime_error("too late");
  });
  EXPECT_EQ(end, WorkerEnd::finished);
  EXPECT_EQ(store_->failures(0, 10).size(), 0U);
}

TEST_F(WorkerTest, RewindsToAnEarlierTurnWhenACheckpointIsLost) {
  experiment_.checkpoints.keep_last = 10;
  experiment_.algorithm.exploit = {"none", {}};
  experiment_.algorithm.explore = {"none", {}};
  bool lost = false;
  work([&](const Assignment& turn, TurnControl& control) {
    Report report = train_toy(turn, control);
    if (turn.member == 1 && turn.index == 4 && !lost) {  // the power fails: member 0's two last checkpoints are gone
      lost = true;
      for (int index : {3, 4}) storage_->remove(store_->turn({0, index})->checkpoint.name);
    }
    return report;
  });
  ASSERT_TRUE(lost);
  EXPECT_EQ(store_->turn({0, 5})->parent, (TurnKey{0, 2}));
  EXPECT_EQ(store_->turn({0, 5})->from_step, 20);
  EXPECT_EQ(store_->status().state, RunState::done);
}

TEST_F(WorkerTest, EndsWhenTheTargetIsReached) {
  experiment_.budget.target = 0.5;
  experiment_.budget.steps = 100'000;
  EXPECT_EQ(work(), WorkerEnd::finished);
  EXPECT_GE(population().best->score, 0.5);
  EXPECT_LT(turns().size(), 1000U);
}

TEST_F(WorkerTest, CompletesTheFirstSynchronousRoundAlthoughTheTargetIsReachedInIt) {
  experiment_.synchronous = true;
  experiment_.budget.target = 1e-3;
  work();
  EXPECT_EQ(turns().size(), 4U);
  EXPECT_EQ(store_->status().state, RunState::done);
}

TEST_F(WorkerTest, CallsNoPopulationHopelessThatHasStopped) {
  work();
  ASSERT_TRUE(population().finished());
  EXPECT_FALSE(why_hopeless(population(), experiment_.failures));
}

TEST_F(WorkerTest, EndsWhenTheTotalStepsAreSpent) {
  experiment_.budget.total_steps = 75;
  EXPECT_EQ(work(), WorkerEnd::finished);
  EXPECT_EQ(population().steps_done(), 80);
}

TEST_F(WorkerTest, CollectsAlsoWhereNoWorkerLivesLong) {
  experiment_.checkpoints.keep_last = 0;
  experiment_.algorithm.exploit = {"none", {}};
  std::size_t most = 0;
  do {
    work([&](const Assignment& turn, TurnControl& control) {
      worker_->request_stop(Stop::save);
      return train_toy(turn, control);
    });
    most = std::max(most, storage_->list().size());
  } while (!population().finished());
  EXPECT_EQ(turns().size(), 20U);
  EXPECT_LE(most, 12U);
}

TEST_F(WorkerTest, EndsWhenTheTrainingTimeIsSpent) {
  experiment_.budget.wall_clock_s = 60;
  EXPECT_EQ(work([&](const Assignment& turn, TurnControl& control) {
              clock_.advance(std::chrono::seconds(10));
              worker_->tick();
              return train_toy(turn, control);
            }),
            WorkerEnd::finished);
  EXPECT_EQ(turns().size(), 6U);
}

TEST_F(WorkerTest, TrainsToTheEndWithinItsTrainingTime) {
  experiment_.budget.wall_clock_s = 3600;
  EXPECT_EQ(work(), WorkerEnd::finished);
  EXPECT_EQ(turns().size(), 20U);
}

TEST_F(WorkerTest, WaitsWhileTheExperimentIsPaused) {
  open();
  store_->control(SetState{RunState::paused, "by hand"});
  const auto trainer = make_function_trainer(train_toy);
  Worker leaves(tools(*trainer), {.name = "leaves", .exit_when_idle = true});
  EXPECT_EQ(leaves.run(), WorkerEnd::paused);
  EXPECT_TRUE(turns().empty());

  class UnpausingClock final : public Clock {  // somebody unpauses while a worker waits
   public:
    explicit UnpausingClock(Store& store) : store_(store) {}
    std::int64_t now_ms() const override { return now_ms_; }
    std::chrono::nanoseconds monotonic() const override { return std::chrono::milliseconds(now_ms_); }
    void wait(std::chrono::milliseconds duration) override {
      now_ms_ += duration.count();
      store_.control(SetState{RunState::running, ""});
    }

   private:
    Store& store_;
    std::int64_t now_ms_ = 0;
  } clock(*store_);
  Worker stays({experiment_, *algorithm_, *store_, *storage_, *trainer, clock}, {.name = "stays"});
  EXPECT_EQ(stays.run(), WorkerEnd::finished);
  EXPECT_EQ(turns().size(), 20U);
}

TEST_F(WorkerTest, UsesResidentWeightsWhereTheTrainerHasThem) {
  experiment_.population = 1;
  experiment_.algorithm.exploit = {"none", {}};
  experiment_.algorithm.explore = {"none", {}};
  std::vector<Weights> from;
  work(
      [&](const Assignment& turn, TurnControl& control) {
        from.push_back(turn.weights);
        return train_toy(turn, control);
      },
      /*resident_max=*/1);
  EXPECT_EQ(from, (std::vector<Weights>{Weights::none, Weights::resident, Weights::resident, Weights::resident,
                                        Weights::resident}));
}

/// What a synchronous run must repeat: all but worker, fence, times, and the order within a round.
std::map<TurnKey, std::string> essence(const std::vector<TurnPointer>& turns) {
  std::map<TurnKey, std::string> record;
  for (const TurnPointer& turn : turns) {
    std::string text =
        std::to_string(turn->from_step) + ".." + std::to_string(turn->to_step) + " " + std::to_string(turn->score);
    if (turn->parent) text += " from " + to_string(*turn->parent);
    for (const auto& [name, value] : turn->hyperparameters) text += " " + name + "=" + to_string(value);
    record[turn->key] = text + " " + turn->checkpoint.checksum;
  }
  return record;
}

class SynchronousTest : public WorkerTest, public testing::WithParamInterface<int> {};

TEST_P(SynchronousTest, GivesTheSameRecordWhateverTheNumberOfWorkers) {
  experiment_.synchronous = true;
  experiment_.population = 7;
  open();
  work();
  const auto expected = essence(turns());
  open();
  const auto run = [&](int index) {
    const auto trainer = make_function_trainer(train_toy);
    Worker worker(tools(*trainer), {.name = "p" + std::to_string(index)});
    EXPECT_EQ(worker.run(), WorkerEnd::finished);
  };
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < GetParam(); ++i) threads.emplace_back(run, i);
  }
  EXPECT_EQ(essence(turns()), expected);
  EXPECT_EQ(expected.size(), 35U);
}

INSTANTIATE_TEST_SUITE_P(Workers, SynchronousTest, testing::Values(1, 2, 5));

TEST_F(WorkerTest, DecidesARoundAlthoughTheWorkerThatCompletedItDied) {
  experiment_.synchronous = true;
  open();
  for (int member = 0; member < 4; ++member) {  // a worker that takes the four turns and dies before it decides
    const auto trainer = make_function_trainer(train_toy);
    Worker worker(tools(*trainer), {.name = "dies"}, [&](const Event& event) {
      if (std::holds_alternative<TurnRecorded>(event)) throw std::runtime_error("killed");
    });
    EXPECT_THROW((void)worker.run(), std::runtime_error);
  }
  EXPECT_EQ(turns().size(), 4U);
  EXPECT_EQ(work(), WorkerEnd::finished);
  EXPECT_EQ(turns().size(), 20U);
}

}  // namespace
}  // namespace pbt
