#pragma once

#include <string>

#include "pbt/algorithm.h"

namespace pbt {

/// What came of computing a recorded decision again.
struct Recomputed {
  enum Kind {
    same,
    under_another_budget,  ///< the same, under the budget that its reason names, or one larger than today's
    by_hand,               ///< a rewind or an injection: follows from the world, not from the record
    resumed,               ///< a stopped member goes on: under a budget that was raised since the record's beginning
    different,
  };
  Kind kind = same;
  std::string difference;  ///< for people; empty unless `different`
};

/// Computes `recorded` again. `population`: what its snapshot saw; as before when this returns. `turn`, `failure`: the
/// entry that it follows, where that came with the decision; null: the snapshot holds it.
[[nodiscard]] Recomputed decide_again(const Experiment& experiment, const Algorithm& algorithm, Population& population,
                                      const Decision& recorded, const TurnPointer& turn, const Failure* failure);

/// Whether a person or a lost checkpoint, not the algorithm, is behind it.
[[nodiscard]] bool is_by_hand(const Decision& decision);

/// "m3.t7 revision 1"
[[nodiscard]] std::string name_of(const Decision& decision);

}  // namespace pbt
