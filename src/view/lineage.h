#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "pbt/store.h"

namespace pbt {

/// The chain of turns behind `end`, through copies: the root first, `end` last. Empty when there is no such turn.
/// Throws StoreError where a turn does not come after its parent.
[[nodiscard]] std::vector<TurnPointer> lineage(const RunReader& reader, TurnKey end);

/// Only what comes after the turn `before` on that lineage; all of it when `before` is not on it, or is none.
[[nodiscard]] std::vector<TurnPointer> lineage_after(const RunReader& reader, TurnKey end,
                                                     std::optional<TurnKey> before);

/// The same out of the whole record, in order of sequence.
[[nodiscard]] std::vector<TurnPointer> lineage(const std::vector<TurnPointer>& turns, TurnKey end);

/// A stretch of a schedule: the same hyperparameters from one step to another.
struct ScheduleRow {
  std::int64_t from_step = 0;
  std::int64_t to_step = 0;
  TurnKey first;  ///< the turns of the lineage that trained it
  TurnKey last;
  int first_iteration = 0;  ///< complete turns of the lineage before it: what Ray Tune calls training iterations
  double score = 0;         ///< at its end
  Hyperparameters hyperparameters;
};

/// The hyperparameters along a lineage, by step; neighbouring turns with the same values are one row.
[[nodiscard]] std::vector<ScheduleRow> schedule(const std::vector<TurnPointer>& lineage);

/// What is read of a record at once.
inline constexpr int entries_a_page = 1000;

/// The whole record of turns, in order of sequence, read in pages.
[[nodiscard]] std::vector<TurnPointer> all_turns(const RunReader& reader);
[[nodiscard]] std::vector<Decision> all_decisions(const RunReader& reader);
[[nodiscard]] std::vector<Failure> all_failures(const RunReader& reader);

/// What each turn was followed by: its decision of revision 0.
using DecisionTable = std::map<TurnKey, Decision>;
[[nodiscard]] DecisionTable decisions_by_turn(std::vector<Decision> decisions);

/// A run of one member's turns in which no other lineage begins: a node of the family tree.
struct Branch {
  std::vector<TurnPointer> turns;  ///< at least one
  int parent = -1;                 ///< position of the branch that it goes on from; -1: it started afresh
  std::vector<int> children;       ///< positions, in order of sequence
  bool alive = false;              ///< some member stands on it or on a branch that goes on from it
  bool best = false;               ///< the best turn so far is one of its turns
};

/// The family tree of all turns; parents before children.
[[nodiscard]] std::vector<Branch> family_tree(const std::vector<TurnPointer>& turns, const Population& population);

}  // namespace pbt
