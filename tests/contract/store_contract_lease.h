#pragma once

#include "tests/contract/store_contract_fixture.h"

namespace pbt::contract {

TEST_P(StoreContract, LeasesEachMemberToOneWorker) {
  create(2);
  const Lease first = lease("ann");
  const Lease second = lease("bob");
  EXPECT_EQ(first.member.id, 0);
  EXPECT_EQ(second.member.id, 1);
  EXPECT_EQ(first.worker, "ann");
  EXPECT_EQ(first.turn(), (TurnKey{0, 1}));
  EXPECT_THAT(store_->acquire({.worker = "cid"}), IsEmpty());
  EXPECT_EQ(member(0).worker, "ann");
  EXPECT_EQ(member(0).lease_until_ms, clock_.now_ms() + minute.count());
}

TEST_P(StoreContract, LeasesSeveralAtOnceAndFewerWhenThereAreFewer) {
  create(3);
  EXPECT_THAT(store_->acquire({.worker = "ann", .count = 2}), SizeIs(2));
  EXPECT_THAT(store_->acquire({.worker = "bob", .count = 2}), SizeIs(1));
  EXPECT_THAT(store_->acquire({.worker = "cid", .count = 0}), IsEmpty());
}

TEST_P(StoreContract, CountsSetbacksAsProgressSoThatAFailingMemberKeepsNobodyWaiting) {
  create(3);
  for (int failure = 0; failure < 2; ++failure) {
    const Lease failing = ready_lease();
    ASSERT_EQ(failing.member.id, 0);
    EXPECT_EQ(commit(failed(failing)), CommitResult::committed);
  }
  EXPECT_EQ(member(0).setbacks, 2);
  const auto leases = store_->acquire({.worker = "ann", .count = 3, .steps_a_setback = 10});
  ASSERT_THAT(leases, SizeIs(3));
  EXPECT_EQ(leases[0].member.id, 1);
  EXPECT_EQ(leases[1].member.id, 2);
  EXPECT_EQ(leases[2].member.id, 0);
}

TEST_P(StoreContract, GivesAnExpiredLeaseToAnotherWithAGreaterFence) {
  create(1);
  const Lease dead = lease("ann");
  clock_.advance(minute - std::chrono::milliseconds(1));
  EXPECT_THAT(store_->acquire({.worker = "bob"}), IsEmpty());
  clock_.advance(std::chrono::milliseconds(1));
  const Lease taken = lease("bob");
  EXPECT_EQ(taken.member.id, dead.member.id);
  EXPECT_GT(taken.fence(), dead.fence());
}

TEST_P(StoreContract, GrowsFencesAcrossReleasesAndTurns) {
  create(1);
  const Lease first = lease();
  EXPECT_EQ(commit(Release{{first}}), CommitResult::committed);
  const Lease second = ready_lease();
  EXPECT_GT(second.fence(), first.fence());
  EXPECT_EQ(finish(second, trained(second, 1)), CommitResult::committed);
  EXPECT_GT(lease().fence(), second.fence());
}

TEST_P(StoreContract, RenewsWhatStillStands) {
  create(2);
  const Lease lost = lease("ann");
  clock_.advance(minute);
  const Lease taken = lease("bob");
  const Lease kept = lease("ann");
  clock_.advance(minute / 2);
  EXPECT_THAT(store_->renew({lost, taken, kept}, minute), ElementsAre(false, true, true));
  clock_.advance(minute - std::chrono::milliseconds(1));
  EXPECT_THAT(store_->acquire({.worker = "cid"}), IsEmpty());
  EXPECT_EQ(commit(Release{{taken}}), CommitResult::committed);
  EXPECT_THAT(store_->renew({taken}, minute), ElementsAre(false));
}

TEST_P(StoreContract, RenewsAnExpiredLeaseThatNobodyTook) {
  create(1);
  const Lease late = lease("ann");
  clock_.advance(2 * minute);
  EXPECT_THAT(store_->renew({late}, minute), ElementsAre(true));
  EXPECT_THAT(store_->acquire({.worker = "bob"}), IsEmpty());
}

TEST_P(StoreContract, ServesLeastProgressFirstAndTheLowestIdAmongEquals) {
  create(3);
  take_turn(1);
  EXPECT_EQ(lease().member.id, 1);
  EXPECT_EQ(lease().member.id, 2);
  EXPECT_EQ(lease().member.id, 0);
}

TEST_P(StoreContract, PrefersResidentWeightsAmongMembersOfEqualProgressOnly) {
  create(3);
  for (int i = 0; i < 3; ++i) take_turn(1);
  const auto next = [&](std::vector<TurnKey> resident) {
    const auto leases = store_->acquire({.worker = "ann", .resident = std::move(resident)});
    EXPECT_THAT(leases, SizeIs(1));
    EXPECT_THAT(store_->commit(Release{leases}), ElementsAre(CommitResult::committed));
    return leases.front().member.id;
  };
  EXPECT_EQ(next({}), 0);
  EXPECT_EQ(next({{2, 1}}), 2);
  EXPECT_EQ(next({{2, 1}, {1, 1}}), 1);
  take_turn(1);
  EXPECT_EQ(next({{0, 2}}), 1);
}

TEST_P(StoreContract, FinishesWhatWasStartedWhenAskedTo) {
  create(3);
  const auto next = [&] { return store_->acquire({.worker = "ann", .order = Order::finish_started}).front(); };
  const Lease first = next();
  EXPECT_EQ(first.member.id, 0);
  const Lease second = next();
  EXPECT_EQ(second.member.id, 1);
  EXPECT_EQ(start(second), CommitResult::committed);
  EXPECT_EQ(finish(second, trained(second, 1)), CommitResult::committed);
  EXPECT_EQ(start(first), CommitResult::committed);
  EXPECT_EQ(commit(Release{{first}}), CommitResult::committed);
  EXPECT_EQ(next().member.id, 1);
  EXPECT_EQ(next().member.id, 0);
  EXPECT_EQ(next().member.id, 2);
}

TEST_P(StoreContract, LeasesNothingUnlessTheExperimentRuns) {
  create(1);
  for (const RunState state : {RunState::paused, RunState::done, RunState::failed}) {
    store_->control(SetState{state, "because"});
    EXPECT_THAT(store_->acquire({.worker = "ann"}), IsEmpty());
  }
  store_->control(SetState{RunState::running, ""});
  EXPECT_THAT(store_->acquire({.worker = "ann"}), SizeIs(1));
}

TEST_P(StoreContract, CommitsALeaseThatWasTakenBeforeAPause) {
  create(1);
  const Lease taken = ready_lease();
  store_->control(SetState{RunState::paused, "by hand"});
  EXPECT_THAT(store_->renew({taken}, minute), ElementsAre(true));
  EXPECT_EQ(finish(taken, trained(taken, 1)), CommitResult::committed);
}

TEST_P(StoreContract, ReleasesALeaseOnce) {
  create(1);
  const Lease taken = lease("ann");
  EXPECT_EQ(commit(Release{{taken}}), CommitResult::committed);
  EXPECT_EQ(commit(Release{{taken}}), CommitResult::repeated);
  EXPECT_EQ(member(0).worker, "");
  const Lease other = lease("bob");
  EXPECT_EQ(commit(Release{{taken}}), CommitResult::lease_lost);
  EXPECT_EQ(member(0).worker, "bob");
  EXPECT_EQ(other.member.id, 0);
}

}  // namespace pbt::contract
