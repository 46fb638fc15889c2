#pragma once

#include "tests/contract/store_contract_fixture.h"

namespace pbt::contract {

TEST_P(StoreContract, BeginsUnborn) {
  create(3);
  const Population population = store_->population(-1);
  ASSERT_THAT(population.members, SizeIs(3));
  for (int id = 0; id < 3; ++id) {
    EXPECT_EQ(population.members[static_cast<std::size_t>(id)].id, id);
    EXPECT_EQ(population.members[static_cast<std::size_t>(id)].state, MemberState::unborn);
  }
  EXPECT_EQ(population.sequence, 0);
  EXPECT_EQ(population.best, nullptr);
  EXPECT_THAT(population.history, IsEmpty());
  const RunStatus status = store_->status();
  EXPECT_EQ(status.experiment, "story");
  EXPECT_EQ(status.specification, "text");
  EXPECT_EQ(status.state, RunState::running);
  EXPECT_EQ(status.created_ms, clock_.now_ms());
  EXPECT_EQ(status.training_ms, 0);
}

TEST_P(StoreContract, KnowsTheBestCompleteTurnAndTheEarliestAmongEquals) {
  create(1);
  take_turn(-std::numeric_limits<double>::infinity());
  EXPECT_EQ(store_->population().best, nullptr);
  take_turn(2);
  take_turn(1);
  take_turn(2);
  EXPECT_EQ(store_->population().best->key, (TurnKey{0, 2}));
  take_turn(2.5);
  EXPECT_EQ(store_->population().best->key, (TurnKey{0, 5}));
}

TEST_P(StoreContract, KeepsInfiniteScoresAndUndefinedMetrics) {
  create(1);
  const Lease taken = ready_lease();
  Turn turn = trained(taken, -std::numeric_limits<double>::infinity());
  turn.metrics = {{"loss", std::numeric_limits<double>::quiet_NaN()},
                  {"peak", std::numeric_limits<double>::infinity()}};
  EXPECT_EQ(finish(taken, turn), CommitResult::committed);
  turn.sequence = 2;
  EXPECT_EQ(describe(another()->turn({0, 1})), describe(turn));
}

TEST_P(StoreContract, KeepsTextsWhateverIsInThem) {
  create(1);
  const Lease taken = ready_lease("w\xc3\xa4rker 'x';--");
  Turn turn = trained(taken, 0.1);
  turn.hyperparameters = {
      {"optimizer.lr", 1e-300}, {"\"quoted\"\n", std::string("\\ \t")}, {"big", std::int64_t{9007199254740993}}};
  EXPECT_EQ(finish(taken, turn), CommitResult::committed);
  turn.sequence = 2;
  EXPECT_EQ(describe(another()->turn({0, 1})), describe(turn));
}

TEST_P(StoreContract, NumbersEntriesInTheOrderOfTheirCommits) {
  create(1);
  take_turn(1);                                                 // start 1, turn 2, decision 3
  EXPECT_EQ(commit(failed(lease())), CommitResult::committed);  // 4
  take_turn(2);                                                 // turn 5, decision 6
  EXPECT_EQ(store_->population().sequence, 6);
  const auto turns = store_->turns(0, 10);
  ASSERT_THAT(turns, SizeIs(2));
  EXPECT_EQ(turns[0]->sequence, 2);
  EXPECT_EQ(turns[1]->sequence, 5);
  const auto decisions = store_->decisions(1, 10);
  ASSERT_THAT(decisions, SizeIs(2));
  EXPECT_EQ(decisions[0].sequence, 3);
  EXPECT_EQ(decisions[1].sequence, 6);
  EXPECT_EQ(store_->failures(3, 10).at(0).sequence, 4);
  EXPECT_THAT(store_->failures(4, 10), IsEmpty());
  EXPECT_THAT(store_->turns(0, 1), SizeIs(1));
  EXPECT_THAT(store_->turns(5, 10), IsEmpty());
}

TEST_P(StoreContract, ShowsAsMuchHistoryAsIsAskedFor) {
  create(2);
  for (int i = 0; i < 5; ++i) take_turn(i);
  EXPECT_THAT(store_->population().history, IsEmpty());
  const auto latest = store_->population(2).history;
  ASSERT_THAT(latest, SizeIs(2));
  EXPECT_EQ(latest[0]->score, 3);
  EXPECT_EQ(latest[1]->score, 4);
  EXPECT_THAT(store_->population(99).history, SizeIs(5));
  EXPECT_THAT(store_->population(-1).history, SizeIs(5));
}

TEST_P(StoreContract, CountsTheTimeInWhichAnythingTrained) {
  create(1);
  const auto train = [&](std::int64_t from_ms, std::int64_t to_ms) {
    const Lease taken = ready_lease();
    Turn turn = trained(taken, 1);
    turn.started_ms = from_ms;
    turn.ended_ms = to_ms;
    EXPECT_EQ(finish(taken, turn), CommitResult::committed);
    return store_->status().training_ms;
  };
  EXPECT_EQ(train(1'000, 2'000), 1'000);
  EXPECT_EQ(train(1'500, 2'500), 1'500);
  EXPECT_EQ(train(4'000, 5'000), 2'500);
  EXPECT_EQ(train(1'200, 1'300), 2'500);
  EXPECT_EQ(train(2'500, 4'000), 4'000);
  EXPECT_EQ(train(9'000, 8'000), 4'000);
  EXPECT_EQ(train(500, 9'500), 9'000);
}

TEST_P(StoreContract, SaysInWhichStateTheExperimentIsAndWhy) {
  create(1);
  store_->control(SetState{RunState::failed, "all first turns failed"});
  store_->control(SetSpecification{"steps = 2"});
  const RunStatus status = another()->status();
  EXPECT_EQ(status.state, RunState::failed);
  EXPECT_EQ(status.reason, "all first turns failed");
  EXPECT_EQ(status.specification, "steps = 2");
}

TEST_P(StoreContract, ShowsOneRecordToAllItsStores) {
  create(2);
  const auto other = another();
  take_turn(1);
  const Lease taken = lease("ann");
  EXPECT_EQ(describe(*other), describe(*store_));
  EXPECT_THAT(other->renew({taken}, minute), ElementsAre(true));
  EXPECT_THAT(other->commit(Release{{taken}}), ElementsAre(CommitResult::committed));
  EXPECT_EQ(member(taken.member.id).worker, "");
}

TEST_P(StoreContract, GoesOnWhereItWasWhenItIsOpenedAgain) {
  create(2);
  for (int i = 0; i < 4; ++i) take_turn(i);
  EXPECT_EQ(commit(failed(ready_lease())), CommitResult::committed);
  const Lease held = lease("ann");
  const auto before = describe(*store_);
  auto next = another();
  store_.swap(next);
  next.reset();
  EXPECT_EQ(describe(*store_), before);
  EXPECT_EQ(finish(held, trained(held, 7)), CommitResult::committed);
}

TEST_P(StoreContract, GivesTheSamePopulationAsAReplayOfItsLog) {
  create(3);
  for (int i = 0; i < 9; ++i) {
    const Lease taken = ready_lease();
    const Turn turn = trained(taken, (i * 7) % 5);
    const auto best = store_->population().best;
    EXPECT_EQ(commit(FinishTurns{
                  {{taken, turn, best && i % 3 == 2 ? after(turn, DecisionKind::copy, best->key) : after(turn)}}}),
              CommitResult::committed);
  }
  Population replayed = unborn_population(3);
  std::size_t decided = 0;
  const auto decisions = store_->decisions(0, 100);
  const auto find = [&](TurnKey key) { return store_->turn(key); };
  const auto decide_until = [&](std::int64_t sequence) {
    for (; decided < decisions.size() && decisions[decided].sequence < sequence; ++decided)
      apply(replayed, std::make_shared<const Decision>(decisions[decided]), find);
  };
  for (const TurnPointer& turn : store_->turns(0, 100)) {
    decide_until(turn->sequence);
    apply(replayed, turn);
  }
  decide_until(std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(describe(replayed, /*leases=*/false), describe(store_->population(), /*leases=*/false));
}

TEST_P(StoreContract, SnapshotsFollowWhatOthersRecord) {
  create(3);
  const auto other = another();
  const auto expect_equal = [&] {
    const auto now = describe(store_->population(2), /*leases=*/false);
    EXPECT_EQ(describe(store_->snapshot(2), /*leases=*/false), now);
    EXPECT_EQ(describe(other->snapshot(2), /*leases=*/false), now);
  };
  expect_equal();
  take_turn(1);  // of a member that begins
  expect_equal();
  const Turn best = take_turn(7);
  take_turn(2);
  expect_equal();
  Lease held = lease();
  EXPECT_EQ(commit(FinishTurns{{{held, trained(held, 3), after(trained(held, 3), DecisionKind::copy, best.key)}}}),
            CommitResult::committed);
  expect_equal();
  held = lease();
  EXPECT_EQ(commit(failed(held)), CommitResult::committed);
  expect_equal();
  held = lease();
  FailTurn last = failed(held);
  last.broken = true;
  EXPECT_EQ(commit(last), CommitResult::committed);
  EXPECT_EQ(other->commit(Decide{{again(member(held.member.id), DecisionKind::copy, best.key)}}),
            std::vector{CommitResult::committed});
  expect_equal();
}

TEST_P(StoreContract, SnapshotsOfARecordThatWentOnForLongAreRight) {
  create(2);
  const auto other = another();
  (void)other->snapshot();
  for (int i = 0; i < 600; ++i) take_turn(i % 7);  // more entries than a store keeps
  EXPECT_EQ(describe(other->snapshot(), /*leases=*/false), describe(store_->population(), /*leases=*/false));
}

}  // namespace pbt::contract
