#pragma once

#include <vector>

#include "rl/model.h"
#include "rl/stopping.h"

namespace pbt::rl {

/// The returns of `episodes` whole episodes played greedily, on the streams (seed, purpose, i). Where several
/// environments play side by side, each plays its share of the episodes: the first to end would favour short ones.
/// Throws Abandoned.
[[nodiscard]] std::vector<double> play(Model& model, int episodes, std::uint64_t seed, Purpose purpose,
                                       Stopping& stopping);

}  // namespace pbt::rl
