#pragma once

#include "tests/contract/store_contract_fixture.h"

namespace pbt::contract {

TEST_P(StoreContract, StartsAMemberUnderItsLeaseWhichGoesOn) {
  create(2);
  const Lease taken = lease();
  EXPECT_EQ(commit(StartMember{taken, started(taken), 0}), CommitResult::committed);
  const Member now = member(0);
  EXPECT_EQ(now.state, MemberState::ready);
  EXPECT_EQ(now.worker, "ann");
  EXPECT_EQ(now.fence, taken.fence());
  EXPECT_EQ(now.next->hyperparameters, started(taken).hyperparameters);
  EXPECT_EQ(now.standing, nullptr);
  EXPECT_EQ(store_->population().starts, 1);
}

TEST_P(StoreContract, RefusesAStartWhenAnotherCameSinceItsSnapshot) {
  create(2);
  const Lease ann = lease("ann");
  const Lease bob = lease("bob");
  EXPECT_EQ(commit(StartMember{ann, started(ann), 0}), CommitResult::committed);
  EXPECT_EQ(commit(StartMember{bob, started(bob), 0}), CommitResult::conflict);
  EXPECT_EQ(member(1).state, MemberState::unborn);
  EXPECT_EQ(commit(StartMember{bob, started(bob), 1}), CommitResult::committed);
}

TEST_P(StoreContract, AnswersARepeatedStartWithoutRecordingItAgain) {
  create(2);
  const Lease ann = lease("ann");
  const StartMember once{ann, started(ann), 0};
  EXPECT_EQ(commit(once), CommitResult::committed);
  EXPECT_EQ(commit(once), CommitResult::repeated);
  EXPECT_EQ(store_->population().starts, 1);
  EXPECT_THAT(store_->decisions(0, 10), SizeIs(1));
}

TEST_P(StoreContract, RefusesAStartUnderALostLease) {
  create(1);
  const Lease dead = lease("ann");
  clock_.advance(minute);
  const Lease taken = lease("bob");
  EXPECT_EQ(commit(StartMember{dead, started(dead), 0}), CommitResult::lease_lost);
  EXPECT_EQ(start(taken), CommitResult::committed);
}

TEST_P(StoreContract, AppendsATurnWithItsDecisionAndReleasesTheLease) {
  create(1);
  const Lease taken = ready_lease();
  Turn turn = trained(taken, 2.5);
  EXPECT_EQ(finish(taken, turn), CommitResult::committed);
  const Member now = member(0);
  EXPECT_EQ(now.state, MemberState::ready);
  EXPECT_EQ(now.turns, 1);
  EXPECT_EQ(now.steps_done, 10);
  EXPECT_EQ(now.worker, "");
  EXPECT_EQ(now.score(), 2.5);
  EXPECT_EQ(now.next->weights, (TurnKey{0, 1}));
  turn.sequence = 2;
  EXPECT_EQ(describe(store_->turn({0, 1})), describe(turn));
  EXPECT_EQ(store_->turn({0, 2}), nullptr);
  EXPECT_EQ(store_->turn({7, 1}), nullptr);
}

TEST_P(StoreContract, AnswersARepeatedTurnWithoutRecordingItAgain) {
  create(1);
  const Lease taken = ready_lease();
  const Turn turn = trained(taken, 1);
  EXPECT_EQ(finish(taken, turn), CommitResult::committed);
  EXPECT_EQ(finish(taken, turn), CommitResult::repeated);
  const Lease later = lease("bob");
  EXPECT_EQ(finish(taken, turn), CommitResult::repeated);
  EXPECT_EQ(member(0).turns, 1);
  EXPECT_EQ(member(0).worker, later.worker);
}

TEST_P(StoreContract, RecordsNothingOfALostLease) {
  create(1);
  const Lease dead = ready_lease("ann");
  clock_.advance(minute);
  const Lease taken = lease("bob");
  EXPECT_EQ(finish(dead, trained(dead, 9)), CommitResult::lease_lost);
  EXPECT_EQ(commit(failed(dead)), CommitResult::lease_lost);
  EXPECT_EQ(member(0).turns, 0);
  EXPECT_EQ(finish(taken, trained(taken, 1)), CommitResult::committed);
  EXPECT_EQ(finish(dead, trained(dead, 9)), CommitResult::lease_lost);
  EXPECT_EQ(store_->population().best->score, 1);
}

TEST_P(StoreContract, LetsAnExpiredLeaseCommitWhileNobodyTookIt) {
  create(1);
  const Lease late = ready_lease();
  clock_.advance(10 * minute);
  EXPECT_EQ(finish(late, trained(late, 1)), CommitResult::committed);
}

TEST_P(StoreContract, CommitsABatchButForItsLostLeases) {
  create(2);
  const Lease dead = ready_lease("ann");
  clock_.advance(minute);
  const Lease taken = lease("bob");
  const Lease other = ready_lease("ann");
  const Turn lost = trained(dead, 5);
  const Turn kept = trained(other, 6);
  EXPECT_THAT(store_->commit(FinishTurns{{{dead, lost, after(lost)}, {other, kept, after(kept)}}}),
              ElementsAre(CommitResult::lease_lost, CommitResult::committed));
  EXPECT_EQ(member(0).turns, 0);
  EXPECT_EQ(member(0).worker, taken.worker);
  EXPECT_EQ(member(1).turns, 1);
}

TEST_P(StoreContract, LetsMembersOfOneBatchCopyFromOneAnother) {
  create(2);
  const Lease worse = ready_lease();
  const Lease better = ready_lease();
  const Turn bad = trained(worse, 1);
  const Turn good = trained(better, 2);
  EXPECT_THAT(store_->commit(
                  FinishTurns{{{worse, bad, after(bad, DecisionKind::copy, good.key)}, {better, good, after(good)}}}),
              ElementsAre(CommitResult::committed, CommitResult::committed));
  EXPECT_EQ(member(0).standing->key, good.key);
  EXPECT_EQ(member(0).last->key, bad.key);
  EXPECT_EQ(member(0).score(), 2);
}

TEST_P(StoreContract, RefusesABatchThatCopiesFromItsOwnLostTurn) {
  create(2);
  const Lease dead = ready_lease("ann");
  const Lease other = ready_lease("ann");
  clock_.advance(minute);
  const Lease taken = lease("bob");
  ASSERT_EQ(taken.member.id, 0);
  const Turn lost = trained(dead, 5);
  const Turn turn = trained(other, 6);
  EXPECT_THAT(store_->commit(
                  FinishTurns{{{dead, lost, after(lost)}, {other, turn, after(turn, DecisionKind::copy, lost.key)}}}),
              ElementsAre(CommitResult::lease_lost, CommitResult::conflict));
  EXPECT_EQ(member(1).turns, 0);
}

TEST_P(StoreContract, RefusesTheWholeBatchWhenADonorsCheckpointIsGone) {
  create(3);
  const Turn gone = take_turn(1);
  take_turn(9);
  take_turn(2);
  take_turn(3);  // member 0 again: its first turn is needed no more
  EXPECT_THAT(collect(0), ElementsAre("m0.t1.f1"));
  const Lease one = ready_lease();
  const Lease two = ready_lease();
  const Turn first = trained(one, 4);
  const Turn second = trained(two, 5);
  const auto before = describe(*store_);
  EXPECT_THAT(store_->commit(FinishTurns{
                  {{one, first, after(first)}, {two, second, after(second, DecisionKind::copy, gone.key)}}}),
              ElementsAre(CommitResult::conflict, CommitResult::conflict));
  EXPECT_EQ(describe(*store_), before);
  EXPECT_THAT(store_->commit(FinishTurns{{{one, first, after(first)}, {two, second, after(second)}}}),
              ElementsAre(CommitResult::committed, CommitResult::committed));
}

TEST_P(StoreContract, RecordsAFailureAndWaitsItsBackoff) {
  create(1);
  const Lease taken = ready_lease();
  FailTurn fail = failed(taken);
  fail.backoff = std::chrono::milliseconds(500);
  EXPECT_EQ(commit(fail), CommitResult::committed);
  EXPECT_EQ(commit(fail), CommitResult::repeated);
  const Member now = member(0);
  EXPECT_EQ(now.state, MemberState::ready);
  EXPECT_EQ(now.failures, 1);
  EXPECT_EQ(now.steps_lost, 7);
  EXPECT_FALSE(now.broken);
  EXPECT_EQ(now.worker, "");
  clock_.advance(std::chrono::milliseconds(499));
  EXPECT_THAT(store_->acquire({.worker = "ann"}), IsEmpty());
  clock_.advance(std::chrono::milliseconds(1));
  EXPECT_EQ(lease().turn(), taken.turn());
  fail.failure.sequence = 2;
  ASSERT_THAT(store_->failures(0, 10), SizeIs(1));
  EXPECT_EQ(describe(store_->failures(0, 10)[0]), describe(fail.failure));
}

TEST_P(StoreContract, ForgetsFailuresAfterATurn) {
  create(1);
  EXPECT_EQ(commit(failed(ready_lease())), CommitResult::committed);
  take_turn(1);
  EXPECT_EQ(member(0).failures, 0);
  EXPECT_EQ(member(0).steps_lost, 7);
}

TEST_P(StoreContract, ReplacesABrokenMemberInTheSameCommit) {
  create(2);
  const Turn donor = take_turn(1);
  const Lease taken = ready_lease();
  ASSERT_EQ(taken.member.id, 1);
  FailTurn fail = failed(taken);
  fail.broken = true;
  fail.replacement = again(member(1), DecisionKind::copy, donor.key);
  EXPECT_EQ(commit(fail), CommitResult::committed);
  const Member now = member(1);
  EXPECT_EQ(now.state, MemberState::ready);
  EXPECT_FALSE(now.broken);
  EXPECT_EQ(now.failures, 0);
  EXPECT_EQ(now.standing->key, donor.key);
  EXPECT_EQ(now.next->revision, 1);
}

TEST_P(StoreContract, RefusesAReplacementWhoseDonorIsGone) {
  create(2);
  const Turn gone = take_turn(1);
  take_turn(9);
  take_turn(2);
  EXPECT_THAT(collect(0), ElementsAre(gone.checkpoint.name));
  const Lease taken = ready_lease();
  FailTurn fail = failed(taken);
  fail.broken = true;
  fail.replacement = again(taken.member, DecisionKind::copy, gone.key);
  EXPECT_EQ(commit(fail), CommitResult::conflict);
  EXPECT_THAT(store_->failures(0, 10), IsEmpty());
  EXPECT_EQ(member(taken.member.id).worker, "ann");
}

TEST_P(StoreContract, CountsReplacementStartsAsStarts) {
  create(1);
  const Lease taken = ready_lease();
  FailTurn fail = failed(taken);
  fail.broken = true;
  fail.replacement = again(member(0), DecisionKind::start, std::nullopt);
  EXPECT_EQ(commit(fail), CommitResult::committed);
  EXPECT_EQ(store_->population().starts, 2);
}

TEST_P(StoreContract, RefusesCommitsThatBreakTheirContract) {
  create(2);
  const Lease unborn = lease();
  const Turn turn = trained(unborn, 1);
  EXPECT_THROW((void)finish(unborn, turn), StoreError);
  EXPECT_EQ(start(unborn), CommitResult::committed);
  Turn skipping = turn;
  skipping.key.index = 3;
  EXPECT_THROW((void)finish(unborn, skipping), StoreError);
  EXPECT_THROW((void)commit(FinishTurns{{{unborn, turn, after(turn, DecisionKind::copy, TurnKey{1, 4})}}}), StoreError);
  EXPECT_EQ(finish(unborn, turn), CommitResult::committed);
  EXPECT_EQ(member(0).turns, 1);
}

}  // namespace pbt::contract
