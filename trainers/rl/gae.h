#pragma once

#include <cstddef>
#include <vector>

namespace pbt::rl {

/// Generalised advantage estimation (Schulman et al., 2016):
///   delta_t = r_t + discount * V(s_{t+1}) - V(s_t),   A_t = delta_t + discount * lambda * A_{t+1},
/// where A_{t+1} counts only within an episode. Every vector is laid out step after step, `width` environments in each.
/// `next_values` holds V(s_{t+1}): 0 where the episode terminated, the value of its last observation where it was
/// truncated. `over[i]` is 1 where an episode ended either way.
[[nodiscard]] std::vector<float> advantages(const std::vector<float>& rewards, const std::vector<float>& values,
                                            const std::vector<float>& next_values, const std::vector<char>& over,
                                            std::size_t width, double discount, double lambda);

}  // namespace pbt::rl
