#pragma once

#include "tests/contract/store_contract_fixture.h"

namespace pbt::contract {

/// Finishes turns without decisions, as a synchronous experiment does.
inline FinishTurns undecided(const Lease& lease, const Turn& turn) { return {{{lease, turn, std::nullopt}}}; }

TEST_P(StoreContract, LeavesAMemberUndecidedUntilTheRoundDecides) {
  create(2);
  for (const double score : {1.0, 2.0}) {
    const Lease taken = ready_lease();
    EXPECT_EQ(commit(undecided(taken, trained(taken, score))), CommitResult::committed);
  }
  EXPECT_EQ(member(0).state, MemberState::undecided);
  EXPECT_THAT(store_->acquire({.worker = "ann"}), IsEmpty());
  const Decide round{
      {again(member(0), DecisionKind::copy, TurnKey{1, 1}), again(member(1), DecisionKind::proceed, TurnKey{1, 1})},
      {}};
  EXPECT_EQ(commit(round), CommitResult::committed);
  EXPECT_EQ(member(0).state, MemberState::ready);
  EXPECT_EQ(member(0).score(), 2);
  EXPECT_THAT(store_->acquire({.worker = "ann", .count = 2}), SizeIs(2));
}

TEST_P(StoreContract, RefusesARoundThatAnotherWorkerDecided) {
  create(1);
  const Lease taken = ready_lease();
  EXPECT_EQ(commit(undecided(taken, trained(taken, 1))), CommitResult::committed);
  const Decide round{{again(member(0), DecisionKind::proceed, TurnKey{0, 1})}, {}};
  EXPECT_EQ(commit(round), CommitResult::committed);
  EXPECT_EQ(commit(round), CommitResult::conflict);
  EXPECT_THAT(store_->decisions(0, 10), SizeIs(2));
}

TEST_P(StoreContract, DecidesForAllOrForNone) {
  create(2);
  for (int i = 0; i < 2; ++i) {
    const Lease taken = ready_lease();
    EXPECT_EQ(commit(undecided(taken, trained(taken, 1))), CommitResult::committed);
  }
  Decide round{
      {again(member(0), DecisionKind::proceed, TurnKey{0, 1}), again(member(1), DecisionKind::proceed, TurnKey{1, 1})},
      {}};
  round.decisions[1].revision = 4;
  EXPECT_EQ(commit(round), CommitResult::conflict);
  round.decisions[1].revision = 0;
  round.decisions[1].turn = 0;
  EXPECT_EQ(commit(round), CommitResult::conflict);
  EXPECT_EQ(member(0).state, MemberState::undecided);
  EXPECT_EQ(member(1).state, MemberState::undecided);
}

TEST_P(StoreContract, LeavesABrokenMemberUndecidedWithoutAReplacement) {
  create(1);
  FailTurn fail = failed(ready_lease());
  fail.broken = true;
  EXPECT_EQ(commit(fail), CommitResult::committed);
  EXPECT_EQ(member(0).state, MemberState::undecided);
  EXPECT_TRUE(member(0).broken);
  EXPECT_EQ(commit(Decide{{again(member(0), DecisionKind::start, std::nullopt)}, {}}), CommitResult::committed);
  EXPECT_EQ(member(0).state, MemberState::ready);
  EXPECT_FALSE(member(0).broken);
  EXPECT_EQ(store_->population().starts, 2);
}

TEST_P(StoreContract, LeasesNoMemberThatWaitsOrIsStopped) {
  create(2);
  const Lease waits = ready_lease();
  const Lease stops = ready_lease();
  const Turn one = trained(waits, 1);
  const Turn two = trained(stops, 2);
  EXPECT_THAT(store_->commit(FinishTurns{
                  {{waits, one, after(one, DecisionKind::wait)}, {stops, two, after(two, DecisionKind::stop)}}}),
              ElementsAre(CommitResult::committed, CommitResult::committed));
  EXPECT_EQ(member(0).state, MemberState::waiting);
  EXPECT_EQ(member(1).state, MemberState::stopped);
  EXPECT_THAT(store_->acquire({.worker = "ann"}), IsEmpty());
  EXPECT_EQ(commit(Decide{{again(member(0), DecisionKind::stop, one.key)}, {}}), CommitResult::committed);
  EXPECT_TRUE(store_->population().finished());
  EXPECT_EQ(commit(Decide{{again(member(1), DecisionKind::proceed, two.key)}, {}}), CommitResult::committed);
  EXPECT_EQ(lease().member.id, 1);
}

TEST_P(StoreContract, DecidesForNoMemberUnderALiveLease) {
  create(1);
  take_turn(1);
  const Decide change{{again(member(0), DecisionKind::proceed, TurnKey{0, 1})}, {}};
  const Lease taken = lease();
  EXPECT_EQ(commit(change), CommitResult::conflict);
  EXPECT_EQ(commit(Release{{taken}}), CommitResult::committed);
  EXPECT_EQ(commit(change), CommitResult::committed);
}

TEST_P(StoreContract, TakesAMemberFromAnExpiredLeaseByDeciding) {
  create(1);
  take_turn(1);
  const Lease dead = lease();
  clock_.advance(minute);
  EXPECT_EQ(commit(Decide{{again(member(0), DecisionKind::proceed, TurnKey{0, 1})}, {}}), CommitResult::committed);
  EXPECT_EQ(finish(dead, trained(dead, 5)), CommitResult::lease_lost);
  EXPECT_GT(member(0).fence, dead.fence());
}

TEST_P(StoreContract, RewindsAMemberUnderItsOwnLeaseAndReleasesIt) {
  create(1);
  take_turn(1);
  take_turn(2);
  const Lease taken = lease();
  const Decide rewind{{again(taken.member, DecisionKind::proceed, TurnKey{0, 1})}, taken};
  EXPECT_EQ(commit(rewind), CommitResult::committed);
  EXPECT_EQ(commit(rewind), CommitResult::repeated);
  const Member now = member(0);
  EXPECT_EQ(now.worker, "");
  EXPECT_EQ(now.turns, 2);
  EXPECT_EQ(now.standing->key, (TurnKey{0, 1}));
  EXPECT_EQ(lease().turn(), (TurnKey{0, 3}));
  EXPECT_EQ(commit(rewind), CommitResult::repeated);
}

TEST_P(StoreContract, RefusesARewindUnderALostLease) {
  create(1);
  take_turn(1);
  const Lease dead = lease("ann");
  clock_.advance(minute);
  const Lease taken = lease("bob");
  EXPECT_EQ(commit(Decide{{again(dead.member, DecisionKind::proceed, TurnKey{0, 1})}, dead}), CommitResult::lease_lost);
  EXPECT_EQ(member(0).worker, taken.worker);
}

TEST_P(StoreContract, RefusesADecisionWhoseCheckpointIsGone) {
  create(1);
  take_turn(1);
  take_turn(2);
  EXPECT_THAT(collect(0), ElementsAre("m0.t1.f1"));
  EXPECT_EQ(commit(Decide{{again(member(0), DecisionKind::proceed, TurnKey{0, 1})}, {}}), CommitResult::conflict);
}

TEST_P(StoreContract, RefusesHyperparametersOfADonorWhoseCheckpointIsGone) {
  create(1);
  take_turn(1);
  const Turn own = take_turn(2);
  EXPECT_THAT(collect(0), ElementsAre("m0.t1.f1"));
  Decision decision = again(member(0), DecisionKind::copy, own.key);
  decision.donor = TurnKey{0, 1};
  EXPECT_EQ(commit(Decide{{decision}, {}}), CommitResult::conflict);
}

TEST_P(StoreContract, BearsAMemberByInjection) {
  create(1);
  EXPECT_EQ(commit(Decide{{again(member(0), DecisionKind::start, std::nullopt)}, {}}), CommitResult::committed);
  EXPECT_EQ(lease().member.state, MemberState::ready);
  EXPECT_EQ(store_->population().starts, 1);
}

}  // namespace pbt::contract
