#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pbt/algorithm.h"
#include "pbt/checkpoint.h"
#include "pbt/store.h"

namespace pbt {

/// What an examination of a record has found.
struct Examination {
  std::int64_t turns = 0;
  std::int64_t failures = 0;
  std::int64_t decisions = 0;
  std::int64_t recomputed = 0;            ///< decisions that came out as they were recorded
  std::int64_t under_another_budget = 0;  ///< of those: under another budget than today's
  std::int64_t resumed = 0;               ///< decisions that cannot be computed again: taken when a budget was raised
  std::int64_t by_hand = 0;               ///< the same: rewinds and injections
  std::int64_t checkpoints = 0;           ///< that stand and read back whole
  std::vector<std::string> violations;    ///< one sentence each; the first 100, and how many there are beside
};

/// Checks a record against the rules that it must obey, whatever happened to the processes that wrote it:
/// - entries are numbered without gaps; each turn of a member is there once, from 1 on; fences grow;
/// - a turn starts from what was decided: its parent was committed before it, its first step is the parent's last, its
///   hyperparameters are the decision's;
/// - a donor was committed before its copy, complete and finite;
/// - every decision, computed again from the snapshot that it saw, comes out the same;
/// - the members as the store has them are what the log amounts to;
/// - every checkpoint that stands reads back whole, and none that is needed is missing.
/// Reads the log twice, in pages; keeps some 50 bytes a turn (all turns where the algorithm looks at history). Others
/// may write meanwhile. `storage`: a fresh one, so that it verifies the bytes. Throws StoreError.
[[nodiscard]] Examination examine(const RunReader& reader, CheckpointStorage& storage, const Experiment& experiment,
                                  const Algorithm& algorithm);

}  // namespace pbt
