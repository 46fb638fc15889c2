#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace pbt {

/// How often a running trainer's worker is asked whether to stop.
inline constexpr std::chrono::milliseconds stop_tick{100};

/// Seconds as specifications have them; what is longer than 30 years is cut to that.
[[nodiscard]] inline std::chrono::milliseconds milliseconds(double seconds) {
  return std::chrono::milliseconds(static_cast<std::int64_t>(std::min(seconds, 1e9) * 1000));
}

}  // namespace pbt
