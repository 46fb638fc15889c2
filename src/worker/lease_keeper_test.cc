#include "worker/lease_keeper.h"

#include "tests/support/laboratory.h"

namespace pbt {
namespace {

using std::chrono::seconds;

/// A worker in the middle of a turn of 45 s, with leases of 60 s.
class LeaseKeeperTest : public Laboratory {
 protected:
  WorkerEnd work_slowly(int seconds_a_turn, bool ticking) {
    experiment_.population = 1;
    experiment_.algorithm.exploit = {"none", {}};
    experiment_.budget.steps = 10;
    return work([&, seconds_a_turn, ticking](const Assignment& turn, TurnControl& control) -> Report {
      for (int second = 0; second < seconds_a_turn; ++second) {
        clock_.advance(seconds(1));
        if (ticking) worker_->tick();
        if (control.stop_requested() == Stop::abandon) {
          ++abandoned_;
          throw Abandoned{};
        }
        stolen_ += store_->acquire({.worker = "thief"}).size();
      }
      return train_toy(turn, control);
    });
  }
  int abandoned_ = 0;
  std::size_t stolen_ = 0;
};

TEST_F(LeaseKeeperTest, KeepsALeaseAsLongAsItTicks) {
  EXPECT_EQ(work_slowly(1000, /*ticking=*/true), WorkerEnd::finished);
  EXPECT_EQ(stolen_, 0U);
  EXPECT_EQ(abandoned_, 0);
  EXPECT_EQ(turns().size(), 1U);
}

TEST_F(LeaseKeeperTest, StopsTrainingNoLaterThanItsLeaseExpires) {
  open();
  const auto trainer = make_function_trainer([&](const Assignment&, TurnControl& control) -> Report {
    for (int second = 0;; ++second) {
      if (control.stop_requested() == Stop::abandon) {
        EXPECT_EQ(second, 60);
        worker_->request_stop(Stop::save);
        throw Abandoned{};
      }
      EXPECT_TRUE(store_->acquire({.worker = "thief", .count = 4}).size() == (second == 0 ? 3U : 0U));
      clock_.advance(seconds(1));
    }
  });
  Worker worker(tools(*trainer), {.name = "w"});
  worker_ = &worker;
  EXPECT_EQ(worker.run(), WorkerEnd::stopped);
}

TEST_F(LeaseKeeperTest, StopsTrainingBeforeAStoreThatCountsWholeMillisecondsGivesItsMemberAway) {
  /// Its monotonic time stands `late` behind the start of the store's millisecond.
  class LateInAMillisecond final : public Clock {
   public:
    explicit LateInAMillisecond(FakeClock& clock) : clock_(clock) {}
    std::int64_t now_ms() const override { return clock_.now_ms(); }
    std::chrono::nanoseconds monotonic() const override { return clock_.monotonic() + late; }
    void wait(std::chrono::milliseconds duration) override { clock_.wait(duration); }
    std::chrono::microseconds late{900};

   private:
    FakeClock& clock_;
  } late(clock_);
  experiment_.population = 1;
  experiment_.algorithm.exploit = {"none", {}};
  open();
  const auto trainer = make_function_trainer([&](const Assignment&, TurnControl& control) -> Report {
    clock_.advance(seconds(60));
    late.late = std::chrono::microseconds(100);
    EXPECT_EQ(store_->acquire({.worker = "thief"}).size(), 1U);
    EXPECT_EQ(control.stop_requested(), Stop::abandon);
    worker_->request_stop(Stop::save);
    throw Abandoned{};
  });
  Worker worker({experiment_, *algorithm_, *store_, *storage_, *trainer, late}, {.name = "w"});
  worker_ = &worker;
  EXPECT_EQ(worker.run(), WorkerEnd::stopped);
}

TEST_F(LeaseKeeperTest, StopsTrainingWhenItHearsThatAnotherHasItsLease) {
  experiment_.population = 1;
  experiment_.algorithm.exploit = {"none", {}};
  open();
  int asked = 0;
  const auto trainer = make_function_trainer([&](const Assignment&, TurnControl& control) -> Report {
    EXPECT_EQ(control.stop_requested(), Stop::no);
    clock_.advance(seconds(61));
    EXPECT_EQ(store_->acquire({.worker = "thief"}).size(), 1U);
    for (; asked < 2; ++asked) {
      worker_->tick();
      EXPECT_EQ(control.stop_requested(), Stop::abandon);
    }
    worker_->request_stop(Stop::save);
    throw Abandoned{};
  });
  Worker worker(tools(*trainer), {.name = "w"});
  worker_ = &worker;
  EXPECT_EQ(worker.run(), WorkerEnd::stopped);
  EXPECT_EQ(asked, 2);
  EXPECT_EQ(population().members[0].worker, "thief");
}

}  // namespace
}  // namespace pbt
