#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "pbt/error.h"
#include "pbt/store.h"
#include "tests/contract/store_story.h"
#include "tests/support/fake_clock.h"

namespace pbt::contract {

/// One record for one test.
class StoreUnderTest {
 public:
  virtual ~StoreUnderTest() = default;
  /// Makes the record: experiment "story", specification "text", created at the clock's time, running.
  virtual void create(int population, const Clock& clock) = 0;
  /// One more store over that record, as another process would have it.
  virtual std::unique_ptr<Store> open(const Clock& clock) = 0;
};

using MakeStoreUnderTest = std::function<std::unique_ptr<StoreUnderTest>()>;

class StoreContract : public testing::TestWithParam<MakeStoreUnderTest> {
 protected:
  Store& create(int population) {
    backend_ = GetParam()();
    backend_->create(population, clock_);
    store_ = backend_->open(clock_);
    return *store_;
  }
  std::unique_ptr<Store> another() { return backend_->open(clock_); }

  Lease lease(const std::string& worker = "ann") {
    const std::vector<Lease> leases = store_->acquire({.worker = worker, .duration = minute});
    if (leases.empty()) throw StoreError("the test expected a member to be leasable");
    return leases.front();
  }
  CommitResult commit(const Commit& commit) { return store_->commit(commit).front(); }
  /// An error, and the record as before.
  void refuses(const Commit& commit, const std::string& what) {
    const std::vector<std::string> before = describe(*store_);
    EXPECT_THROW((void)store_->commit(commit), StoreError) << what;
    EXPECT_EQ(describe(*store_), before) << what;
  }
  CommitResult start(const Lease& lease) {
    return commit(StartMember{lease, started(lease), store_->population().starts});
  }
  CommitResult finish(const Lease& lease, const Turn& turn) {
    return commit(FinishTurns{{{lease, turn, after(turn)}}});
  }

  /// A lease on a member that has been started.
  Lease ready_lease(const std::string& worker = "ann") {
    const Lease taken = lease(worker);
    if (taken.member.state == MemberState::unborn) {
      EXPECT_EQ(start(taken), CommitResult::committed);
    }
    return taken;
  }
  /// One whole turn of whichever member comes next.
  Turn take_turn(double score) {
    const Lease taken = ready_lease();
    const Turn turn = trained(taken, score);
    EXPECT_EQ(finish(taken, turn), CommitResult::committed);
    return turn;
  }
  Member member(int id) { return store_->population().members.at(static_cast<std::size_t>(id)); }
  std::vector<std::string> standing() {
    std::vector<std::string> names;
    for (const Checkpoint& checkpoint : store_->checkpoints()) names.push_back(checkpoint.name);
    return names;
  }
  std::vector<std::string> collect(int keep_last, std::int64_t flushed = all_flushed) {
    std::vector<std::string> names;
    for (const Checkpoint& checkpoint : store_->collect(keep_last, flushed)) names.push_back(checkpoint.name);
    return names;
  }

  FakeClock clock_;
  std::unique_ptr<StoreUnderTest> backend_;
  std::unique_ptr<Store> store_;
};

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

}  // namespace pbt::contract
