#pragma once

#include <string>
#include <vector>

#include "tests/power_loss/work.h"

namespace pbt::power_loss {

/// What was found when the power came back.
struct Verdict {
  std::int64_t entries = -1;        ///< that the record held before anything went on; -1: there was no experiment
  std::vector<std::string> broken;  ///< of the promise; a sentence each
  int anew = 0;                     ///< times that a member that had trained began anew: no ancestor's bytes were left
  int lost = 0;  ///< checkpoints that the record named and that could not be read back; power: none may be
};

/// Holds what lies below setting.root against the promise, then goes on by the same command to the end, and looks
/// again:
/// - the database is whole, and its log is the beginning of `log`: nothing is invented, nothing changed;
/// - `pbt doctor` finds nothing (durability `process`: nothing but checkpoints that were lost);
/// - the experiment goes on to its end, without a failure of the trainer; the doctor again;
/// - after a collection nothing is left over.
/// How many entries must be there is for the caller to compare.
[[nodiscard]] Verdict examine_after_cut(const Setting& setting, const std::vector<std::string>& log);

}  // namespace pbt::power_loss
