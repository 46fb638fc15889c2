#pragma once

#include <memory>

#include "rl/environment.h"

namespace pbt::rl {

/// The same environments, whose observations are the latest `frames` ones, oldest first, joined along the first axis of
/// each leaf: [channels, height, width] becomes [frames * channels, height, width]. An episode begins with its first
/// observation repeated. Throws std::invalid_argument where frames < 1.
[[nodiscard]] std::unique_ptr<VectorEnvironment> stack_frames(std::unique_ptr<VectorEnvironment> environments,
                                                              int frames);

}  // namespace pbt::rl
