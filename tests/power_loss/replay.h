#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/power_loss/choices.h"
#include "tests/power_loss/promise.h"

namespace pbt::power_loss {

struct ReplayOptions {
  Plan plan;
  /// Every moment; else only those before a flush, at which most is pending: what may be found at another moment may be
  /// found there too.
  bool every_moment = false;
  std::optional<std::size_t> only_cut;  ///< after so many operations
  std::string only_choice;              ///< with `only_cut`: the choice of this name
  int again_every = 0;    ///< cuts the power once more while the n-th, 2n-th, ... state is recovered from; 0: never
  bool progress = false;  ///< a line to standard error now and then
  std::size_t stop_after = 10;  ///< violations
  // Before the recording began:
  std::int64_t promised = -1;  ///< entries of the record
  bool collected = false;      ///< bytes had been, so that no member may begin anew
};

struct Findings {
  std::size_t operations = 0, flushes = 0, cuts = 0, states = 0, distinct = 0, second_cuts = 0, second_states = 0;
  /// Distinct states in which bytes that the record names were gone (durability `process`).
  std::size_t with_lost_checkpoints = 0;
  std::vector<std::string> violations;  ///< with what replays them

  void add(const Findings& again);
};

/// Cuts the power at every moment of what was recorded, and examines the states that may then be found.
[[nodiscard]] Findings replay(const Setting& setting, const Recorded& recorded, const ReplayOptions& options);

}  // namespace pbt::power_loss
