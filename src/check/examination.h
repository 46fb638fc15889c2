#pragma once

#include <string>

#include "check/rehearsal.h"

namespace pbt {

/// A finding without its name.
struct Result {
  Verdict verdict = Verdict::passed;
  std::string explanation;
};

/// What the clauses share: turns that later ones are compared with.
struct Examination {
  Rehearsal rehearsal;
  Played a1;  ///< member 0's first turn
  Played a2;  ///< its second one, loaded into a fresh trainer
  Played b2;  ///< the same of member 1
  /// False: the metrics hardly depend on where a turn starts (they are coarse, or training is done).
  bool telling = true;
};

/// The failure of a turn that should have ended well, with the trainer's last words. Skipped where another clause says
/// it.
[[nodiscard]] Result failed(const TrainerFailure& fault, const std::string& when);

/// Passed when `got` measured what `expected` did. `when`: which turn that was; `advice`: what a difference means and
/// what to do.
[[nodiscard]] Result same(const Rehearsal& rehearsal, const Played& expected, const Played& got,
                          const std::string& when, const std::string& advice);

// The clauses of the contract, in the order in which they are examined. Each may rest on those before it (check.cc says
// which).
[[nodiscard]] Result examine_start(Examination& examination);
[[nodiscard]] Result examine_metric(Examination& examination);
[[nodiscard]] Result examine_seed(Examination& examination);
[[nodiscard]] Result examine_load(Examination& examination);
[[nodiscard]] Result examine_leaks(Examination& examination);
[[nodiscard]] Result examine_residents(Examination& examination);
[[nodiscard]] Result examine_new_hyperparameters(Examination& examination);
[[nodiscard]] Result examine_new_in_memory(Examination& examination);
[[nodiscard]] Result examine_unread(Examination& examination);
[[nodiscard]] Result examine_kill(Examination& examination);
[[nodiscard]] Result examine_stop(Examination& examination);
[[nodiscard]] Result examine_steps(Examination& examination);
[[nodiscard]] Result examine_parent(Examination& examination);

}  // namespace pbt
