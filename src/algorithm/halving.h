#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "pbt/population.h"

namespace pbt {

/// What a configuration reached at a rung: its score at the end of the first complete turn that took it there.
struct RungResult {
  int member = 0;
  int first_turn = 0;  ///< of the configuration: a member that failed for good has several, one after another
  double score = 0;
};

/// Of how many steps the rungs are: least, least * eta, least * eta^2, ... below `budget`.
[[nodiscard]] std::vector<std::int64_t> rung_steps(std::int64_t least, std::int64_t eta, std::int64_t budget);

/// Where a population stands in successive halving. Built from all of its turns.
struct Ladder {
  /// The results at each rung, best first; among equals the lower member.
  std::vector<std::vector<RungResult>> rungs;
  /// Of each member, the rung at which its last turn ended and where it has not been before; none between rungs.
  std::vector<std::optional<std::size_t>> at;
  std::vector<int> first_turn;  ///< of each member's present configuration
};

[[nodiscard]] Ladder ladder_of(const Population& population, const std::vector<std::int64_t>& steps);

/// The place of the member among the results at its rung, from 0. It stands at a rung.
[[nodiscard]] std::size_t place_of(const Ladder& ladder, int member);

/// All members that stand at a rung, are among the best floor(n / eta) of the n results there, and have not diverged;
/// whatever they do now, in no order.
[[nodiscard]] std::vector<int> promotable(const Ladder& ladder, std::int64_t eta);

}  // namespace pbt
