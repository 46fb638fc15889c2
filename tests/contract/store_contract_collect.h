#pragma once

#include "tests/contract/store_contract_fixture.h"

namespace pbt::contract {

TEST_P(StoreContract, CollectsWhatNothingNeeds) {
  create(1);
  take_turn(3);
  take_turn(1);
  take_turn(2);
  EXPECT_THAT(standing(), ElementsAre("m0.t1.f1", "m0.t2.f2", "m0.t3.f3"));
  EXPECT_THAT(collect(0), ElementsAre("m0.t2.f2"));  // the first is the best, the third its next start
  EXPECT_THAT(standing(), ElementsAre("m0.t1.f1", "m0.t3.f3"));
  EXPECT_THAT(collect(0), IsEmpty());
  EXPECT_EQ(store_->turn({0, 2})->checkpoint.name, "m0.t2.f2");
}

TEST_P(StoreContract, KeepsTheLatestCheckpointsOfEachMember) {
  create(2);
  for (int i = 0; i < 8; ++i) take_turn(i == 0 ? 100 : i);  // four turns each; member 0's first is the best
  EXPECT_THAT(collect(4), IsEmpty());
  EXPECT_THAT(collect(3), ElementsAre("m1.t1.f1"));
  EXPECT_THAT(collect(2), ElementsAre("m0.t2.f2", "m1.t2.f2"));
  EXPECT_THAT(standing(), ElementsAre("m0.t1.f1", "m0.t3.f3", "m0.t4.f4", "m1.t3.f3", "m1.t4.f4"));
}

TEST_P(StoreContract, KeepsTheAncestorsOfWhatAPowerCutMayTake) {
  create(1);
  for (const double score : {9.0, 1.0, 2.0, 3.0}) take_turn(score);  // the first is the best
  const std::int64_t safe = store_->turn({0, 2})->sequence;
  EXPECT_THAT(collect(0, safe), IsEmpty());
  EXPECT_THAT(collect(0, store_->turn({0, 3})->sequence), ElementsAre("m0.t2.f2"));
  EXPECT_THAT(collect(0), ElementsAre("m0.t3.f3"));
}

TEST_P(StoreContract, KeepsWhatADonorsCopyStartsFrom) {
  create(2);
  const Turn donor = take_turn(5);
  const Lease taken = ready_lease();
  const Turn turn = trained(taken, 1);
  EXPECT_EQ(commit(FinishTurns{{{taken, turn, after(turn, DecisionKind::copy, donor.key)}}}), CommitResult::committed);
  take_turn(9);  // member 0: its first turn is neither the best nor its own next start any more
  EXPECT_THAT(collect(0), ElementsAre(turn.checkpoint.name));
  EXPECT_THAT(standing(), ElementsAre("m0.t1.f1", "m0.t2.f2"));
}

TEST_P(StoreContract, KeepsWhatALeasedMemberTrainsFrom) {
  create(1);
  take_turn(9);
  take_turn(1);
  const Lease taken = lease();
  clock_.advance(10 * minute);
  EXPECT_THAT(collect(0), IsEmpty());
  EXPECT_EQ(finish(taken, trained(taken, 2)), CommitResult::committed);
  EXPECT_THAT(collect(0), ElementsAre("m0.t2.f2"));
}

TEST_P(StoreContract, KeepsAnUndecidedMembersLastTurn) {
  create(2);
  take_turn(9);
  const Lease taken = ready_lease();
  EXPECT_EQ(commit(FinishTurns{{{taken, trained(taken, 1), std::nullopt}}}), CommitResult::committed);
  EXPECT_THAT(collect(0), IsEmpty());
}

TEST_P(StoreContract, KeepsTheLastTurnOfABrokenMemberUntilItIsDecided) {
  create(2);
  const Turn donor = take_turn(9);
  const Lease taken = ready_lease();
  const Turn own = trained(taken, 1);
  EXPECT_EQ(commit(FinishTurns{{{taken, own, after(own, DecisionKind::copy, donor.key)}}}), CommitResult::committed);
  take_turn(10);  // member 0
  FailTurn fail = failed(ready_lease());
  ASSERT_EQ(fail.failure.turn, (TurnKey{1, 2}));
  fail.broken = true;
  EXPECT_EQ(commit(fail), CommitResult::committed);
  EXPECT_THAT(collect(0), IsEmpty());
  EXPECT_EQ(commit(Decide{{again(member(1), DecisionKind::copy, donor.key)}, {}}), CommitResult::committed);
  EXPECT_THAT(collect(0), ElementsAre(own.checkpoint.name));
}

TEST_P(StoreContract, KeepsAPartialTurnThatItsMemberDoesNotStandAt) {
  create(1);
  const Turn whole = take_turn(9);
  const Lease taken = ready_lease();
  Turn turn = trained(taken, 1);
  turn.partial = true;
  EXPECT_EQ(finish(taken, turn), CommitResult::committed);
  EXPECT_EQ(commit(Decide{{again(member(0), DecisionKind::proceed, whole.key)}, {}}), CommitResult::committed);
  EXPECT_THAT(collect(0), IsEmpty());
}

TEST_P(StoreContract, KeepsAPartialTurnUntilItIsContinued) {
  create(1);
  const Lease taken = ready_lease();
  Turn turn = trained(taken, 50);
  turn.partial = true;
  turn.to_step -= 4;
  EXPECT_EQ(finish(taken, turn), CommitResult::committed);
  EXPECT_THAT(collect(0), IsEmpty());
  EXPECT_EQ(store_->population().best, nullptr);
  take_turn(1);
  EXPECT_THAT(collect(0), ElementsAre("m0.t1.f1"));
}

TEST_P(StoreContract, KeepsPinsUntilTheyAreUnpinned) {
  create(1);
  take_turn(1);
  take_turn(2);
  store_->control(Pin{"m0.t1.f1", true});
  EXPECT_THAT(collect(0), IsEmpty());
  store_->control(Pin{"m0.t1.f1", false});
  EXPECT_THAT(collect(0), ElementsAre("m0.t1.f1"));
  EXPECT_THROW(store_->control(Pin{"m0.t1.f1", true}), StoreError);
  EXPECT_THROW(store_->control(Pin{"m0.t9.f9", true}), StoreError);
}

TEST_P(StoreContract, KeepsAnImportUntilItsStartIsOutgrown) {
  create(1);
  const Checkpoint bytes{"initial-0", 7, std::string(32, 'b')};
  store_->control(Import{bytes});
  EXPECT_THAT(standing(), ElementsAre("initial-0"));
  EXPECT_THAT(collect(0), IsEmpty());
  const Lease taken = lease();
  Decision decision = started(taken);
  decision.imported = bytes;
  EXPECT_EQ(commit(StartMember{taken, decision, 0}), CommitResult::committed);
  EXPECT_EQ(member(0).next->imported, bytes);
  EXPECT_THAT(collect(0), IsEmpty());
  EXPECT_EQ(finish(taken, trained(taken, 1)), CommitResult::committed);
  EXPECT_THAT(collect(0), ElementsAre("initial-0"));
}

TEST_P(StoreContract, RefusesAStartFromAnImportThatIsGoneUntilItComesAgain) {
  create(2);
  const Checkpoint bytes{"initial-0", 7, std::string(32, 'b')};
  const Lease first = lease();
  Decision decision = started(first);
  decision.imported = bytes;
  EXPECT_EQ(commit(StartMember{first, decision, 0}), CommitResult::committed);
  EXPECT_EQ(finish(first, trained(first, 1)), CommitResult::committed);
  EXPECT_THAT(collect(0), ElementsAre("initial-0"));
  const Lease second = lease();
  decision.member = second.member.id;
  EXPECT_EQ(commit(StartMember{second, decision, 1}), CommitResult::conflict);
  store_->control(Import{bytes});
  EXPECT_THAT(collect(0), IsEmpty());
  EXPECT_EQ(commit(StartMember{second, decision, 1}), CommitResult::committed);
  EXPECT_THROW(store_->control(Import{{"initial-0", 8, "other"}}), StoreError);
}

TEST_P(StoreContract, RefusesToImportBytesOfATurnThatWereRemoved) {
  create(1);
  take_turn(1);
  const Checkpoint bytes = store_->turn({0, 1})->checkpoint;
  store_->control(Import{bytes});  // they stand: nothing changes
  take_turn(2);
  EXPECT_THAT(collect(0), ElementsAre(bytes.name));
  EXPECT_THROW(store_->control(Import{bytes}), StoreError);
}

}  // namespace pbt::contract
