#pragma once

#include <functional>
#include <string>

#include "tests/crash_points/calls.h"

/// Things done in a process of their own, which may die of it.
namespace crash_points {

struct Ending {
  enum {
    done,
    refused,
    died,
    broken
  } how = done;      ///< refused: threw an error of ours; broken: threw another one, or hung
  std::string text;  ///< what was said, or thrown
};

/// Forks, follows `orders`, calls `say`; what that returns is the text. `tally` is set to 0 first; it must lie in
/// shared memory.
[[nodiscard]] Ending in_child(const Orders& orders, Tally& tally, const std::function<std::string()>& say);

/// A tally in memory that is shared with the processes forked from now on, for good.
[[nodiscard]] Tally& shared_tally();

}  // namespace crash_points
