#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "pbt/random.h"
#include "pbt/store.h"

/// Turns and decisions made up for the benchmarks, as large as those of a reinforcement learning run.
namespace pbt::bench {

inline Hyperparameters hyperparameters() {
  return {{"learning_rate", 3.1415926535e-4},
          {"entropy", 0.0123456789},
          {"unroll", std::int64_t{20}},
          {"discount", 0.98765432101},
          {"activation", std::string("tanh")}};
}

inline Decision start_of(int member) {
  Decision decision;
  decision.member = member;
  decision.kind = DecisionKind::start;
  decision.hyperparameters = hyperparameters();
  decision.reason = "drawn from the space";
  return decision;
}

inline Decision proceed_after(const Turn& turn) {
  Decision decision;
  decision.member = turn.key.member;
  decision.turn = turn.key.index;
  decision.weights = turn.key;
  decision.hyperparameters = turn.hyperparameters;
  decision.reason = "truncation: 7th of 16, keeps its own";
  return decision;
}

/// The turn that `member` takes next, with a random score.
inline Turn next_turn(const Member& member, Random& random, std::int64_t now_ms) {
  Turn turn;
  turn.key = {member.id, member.turns + 1};
  turn.fence = member.fence;
  turn.worker = "bench";
  turn.hyperparameters = hyperparameters();
  if (member.standing) {
    turn.parent = member.standing->key;
    turn.from_step = member.standing->to_step;
  }
  turn.to_step = turn.from_step + 1'000;
  turn.score = random.normal();
  for (int i = 0; i < 10; ++i) turn.samples.push_back(turn.score + random.normal());
  turn.metrics = {{"episode_return", turn.score}, {"loss", random.uniform()}, {"entropy", random.uniform()}};
  turn.checkpoint = {turn_id(turn.key, turn.fence), 65'536, "00112233445566778899aabbccddeeff"};
  turn.started_ms = now_ms - 10;
  turn.ended_ms = now_ms;
  return turn;
}

inline FinishedTurn finished(const Lease& lease, Random& random, std::int64_t now_ms) {
  Turn turn = next_turn(lease.member, random, now_ms);
  turn.worker = lease.worker;
  Decision decision = proceed_after(turn);
  return {lease, std::move(turn), std::move(decision)};
}

inline void expect_committed(const std::vector<CommitResult>& results) {
  for (const CommitResult result : results)
    if (result != CommitResult::committed) throw std::runtime_error("the store did not take a benchmark's commit");
}

/// Gives all unborn members their first hyperparameters.
inline void start_all(Store& store, int population) {
  const std::vector<Lease> leases = store.acquire({.worker = "bench", .count = population});
  int starts = 0;
  for (const Lease& lease : leases)
    expect_committed(store.commit(StartMember{lease, start_of(lease.member.id), starts++}));
  expect_committed(store.commit(Release{leases}));
}

}  // namespace pbt::bench
