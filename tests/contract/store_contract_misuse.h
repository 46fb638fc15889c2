#pragma once

#include "tests/contract/store_contract_fixture.h"

namespace pbt::contract {

// What would be a caller's mistake: refused with an error, before anything is written.

TEST_P(StoreContract, RefusesAStartThatIsNone) {
  create(2);
  const Lease taken = lease();
  const auto refuses_with = [&](auto change, const std::string& what) {
    StartMember start{taken, started(taken), 0};
    change(start.decision);
    refuses(start, what);
  };
  refuses_with([](Decision& start) { start.member = 1; }, "of another member");
  refuses_with([](Decision& start) { start.turn = 1; }, "after a turn");
  refuses_with([](Decision& start) { start.revision = 1; }, "revised");
  refuses_with([](Decision& start) { start.kind = DecisionKind::proceed; }, "of another kind");
}

TEST_P(StoreContract, RefusesATurnOfAnotherLease) {
  create(2);
  const Lease taken = ready_lease();
  const auto refuses_with = [&](auto change, const std::string& what) {
    FinishedTurn finished{taken, trained(taken, 1), after(trained(taken, 1))};
    change(finished);
    refuses(FinishTurns{{finished}}, what);
  };
  refuses_with([](FinishedTurn& finished) { finished.turn.key.member = 1; }, "of another member");
  refuses_with([](FinishedTurn& finished) { ++finished.turn.fence; }, "of another fence");
  refuses_with([](FinishedTurn& finished) { finished.decision->member = 1; }, "with another member's decision");
  refuses_with([](FinishedTurn& finished) { finished.decision->turn = 2; }, "with another turn's decision");
  refuses_with([](FinishedTurn& finished) { finished.decision->revision = 1; }, "with a decision revised");
}

TEST_P(StoreContract, RefusesATurnOrItsCheckpointTwiceInOneCommit) {
  create(2);
  const Lease first = ready_lease(), second = ready_lease();
  const Turn turn = trained(first, 1);
  refuses(FinishTurns{{{first, turn, after(turn)}, {first, turn, after(turn)}}}, "a turn twice");
  Turn other = trained(second, 1);
  other.checkpoint = turn.checkpoint;
  refuses(FinishTurns{{{first, turn, after(turn)}, {second, other, after(other)}}}, "a checkpoint twice");
}

TEST_P(StoreContract, RefusesAFailureOfAnotherLease) {
  create(2);
  const Lease taken = ready_lease();
  const auto refuses_with = [&](auto change, const std::string& what) {
    FailTurn fail = failed(taken);
    change(fail);
    refuses(fail, what);
  };
  refuses_with([](FailTurn& fail) { fail.failure.turn.member = 1; }, "of another member");
  refuses_with([](FailTurn& fail) { ++fail.failure.fence; }, "of another fence");
  refuses_with([](FailTurn& fail) { fail.failure.turn.index = 2; }, "of a turn that has not come");
  const Decision replacement = again(member(taken.member.id), DecisionKind::start, std::nullopt);
  refuses_with([&](FailTurn& fail) { fail.replacement = replacement; }, "with a replacement of what is not broken");
  refuses_with(
      [&](FailTurn& fail) {
        fail.broken = true;
        fail.replacement = replacement;
        fail.replacement->revision = 7;
      },
      "with a replacement out of order");
}

TEST_P(StoreContract, RefusesARoundThatDecidesTwiceOrForOthersThanItsLease) {
  create(2);
  for (int i = 0; i < 2; ++i) {
    const Lease taken = ready_lease();
    EXPECT_EQ(commit(FinishTurns{{{taken, trained(taken, 1), std::nullopt}}}), CommitResult::committed);
  }
  const Decision zero = again(member(0), DecisionKind::proceed, TurnKey{0, 1});
  refuses(Decide{{zero, zero}, {}}, "a member twice");
  Lease other;
  other.member = member(1);
  refuses(Decide{{zero}, other}, "with another member's lease");
}

TEST_P(StoreContract, RefusesMembersThatThereAreNot) {
  create(2);
  const Lease taken = lease();
  for (const int id : {-1, 2}) {
    Lease unknown = taken;
    unknown.member.id = id;
    refuses(StartMember{unknown, started(unknown), 0}, "member " + std::to_string(id));
    EXPECT_EQ(store_->turn({id, 1}), nullptr);
  }
  EXPECT_EQ(store_->turn({0, 0}), nullptr);
  EXPECT_EQ(store_->turn({0, 1}), nullptr);
}

TEST_P(StoreContract, RefusesLeasesOfNobodyAndNegativeCounts) {
  create(2);
  EXPECT_THROW((void)store_->acquire({.worker = ""}), StoreError);
  EXPECT_THROW((void)store_->acquire({.worker = "ann", .count = -1}), StoreError);
  EXPECT_THROW((void)store_->collect(-1), StoreError);
}

}  // namespace pbt::contract
