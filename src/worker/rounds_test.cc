// Synchronous rounds, decided by whoever completes them.
#include <functional>
#include <map>
#include <stdexcept>

#include "pbt/worker.h"
#include "tests/support/laboratory.h"

namespace pbt {
namespace {

/// A store in which something happens just before the first decisions are committed.
class StallingStore final : public Store {
 public:
  StallingStore(Store& store, std::function<void()> meanwhile) : store_(store), meanwhile_(std::move(meanwhile)) {}

  std::vector<CommitResult> commit(const Commit& commit) override {
    if (std::holds_alternative<Decide>(commit))
      if (const auto meanwhile = std::exchange(meanwhile_, nullptr)) meanwhile();
    return store_.commit(commit);
  }

  std::vector<Lease> acquire(const LeaseRequest& request) override { return store_.acquire(request); }
  std::vector<bool> renew(const std::vector<Lease>& leases, std::chrono::milliseconds duration) override {
    return store_.renew(leases, duration);
  }
  void control(const pbt::Control& control) override { store_.control(control); }
  std::vector<Checkpoint> collect(int keep_last, std::int64_t flushed) override {
    return store_.collect(keep_last, flushed);
  }
  RunStatus status() const override { return store_.status(); }
  Population population(int history_turns) const override { return store_.population(history_turns); }
  TurnPointer turn(TurnKey key) const override { return store_.turn(key); }
  std::vector<TurnPointer> turns(std::int64_t after, int limit) const override { return store_.turns(after, limit); }
  std::vector<Decision> decisions(std::int64_t after, int limit) const override {
    return store_.decisions(after, limit);
  }
  std::vector<Failure> failures(std::int64_t after, int limit) const override { return store_.failures(after, limit); }
  std::vector<Checkpoint> checkpoints() const override { return store_.checkpoints(); }

 private:
  Store& store_;
  std::function<void()> meanwhile_;
};

class RoundsTest : public Laboratory {
 protected:
  RoundsTest() { experiment_.synchronous = true; }

  std::map<TurnKey, Hyperparameters> record() {
    std::map<TurnKey, Hyperparameters> values;
    for (const TurnPointer& turn : turns()) values[turn->key] = turn->hyperparameters;
    return values;
  }

  /// A worker that decides the round, takes all turns of the next one, and dies before it decides that.
  void take_a_round_and_die() {
    const auto trainer = make_function_trainer(train_toy);
    int turns_left = experiment_.population;
    Worker worker(tools(*trainer), {.name = "faster"}, [&](const Event& event) {
      if (std::holds_alternative<TurnRecorded>(event) && --turns_left == 0) throw std::runtime_error("killed");
    });
    EXPECT_THROW((void)worker.run(), std::runtime_error);
  }
};

TEST_F(RoundsTest, AreDecidedAlikeByAWorkerThatSleptThroughAWholeOne) {
  work();
  const auto expected = record();
  open();
  StallingStore stalling(*store_, [this] { take_a_round_and_die(); });
  const auto trainer = make_function_trainer(train_toy);
  Worker slow({experiment_, *algorithm_, stalling, *storage_, *trainer, clock_}, {.name = "slow"});
  EXPECT_EQ(slow.run(), WorkerEnd::finished);
  EXPECT_EQ(record(), expected) << "how often a worker tried may show in no record";
}

}  // namespace
}  // namespace pbt
