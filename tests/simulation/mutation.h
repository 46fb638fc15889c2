#pragma once

#include <memory>
#include <span>

#include "pbt/algorithm.h"
#include "pbt/checkpoint.h"
#include "pbt/store.h"

namespace pbt::simulation {

/// Something broken on purpose: a harness that finds nothing has perhaps not looked.
enum class Mutation {
  none,
  // The store:
  accepts_old_fences,  ///< commits what a lost lease brings
  leases_twice,        ///< gives out members that are under a live lease
  renews_the_dead,     ///< renews leases that are over
  acknowledges_only,   ///< says that a turn is committed, and forgets it
  records_other,       ///< records another score than was committed
  counts_twice,        ///< records a turn a second time, as the next one
  never_expires,       ///< keeps the member of a dead worker for ever
  collects_needed,     ///< lets the bytes of the best turn be removed
  // The checkpoint storage:
  publishes_later,  ///< the record comes before the bytes
  tears,            ///< publishes half of what was saved
  removes_early,    ///< removes bytes that nobody has marked
  never_removes,    ///< leaves bytes lying
  // The algorithm:
  mixes_donors,         ///< takes the weights of one turn and the hyperparameters of another
  forgets_the_seed,     ///< draws from a stream of its own
  copies_the_diverged,  ///< takes a donor without a finite score
  // A worker:
  clock_stands_still,  ///< never notices that its lease has run out
  forgets_to_load,     ///< its trainer begins afresh whatever it is given
  differs_by_worker,   ///< its trainer's scores depend on who trains
};

struct MutationName {
  Mutation mutation;
  const char* name;
  const char* found_by;  ///< part of the sentence that must say so
};
[[nodiscard]] std::span<const MutationName> mutations();

/// These are the given ones, but for what the mutation breaks. What is given outlives them.
[[nodiscard]] std::unique_ptr<Store> mutated(Store& store, Mutation mutation);
[[nodiscard]] std::unique_ptr<CheckpointStorage> mutated(CheckpointStorage& storage, Mutation mutation);
[[nodiscard]] std::unique_ptr<Algorithm> mutated(const Algorithm& algorithm, Mutation mutation);

}  // namespace pbt::simulation
