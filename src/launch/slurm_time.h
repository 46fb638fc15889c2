#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pbt {

/// Seconds of "12:00:00", "90:00" (minutes and seconds), "1-12", "1-12:30" or "1-12:30:00"; nothing for another text,
/// a bare number among them, which is minutes to Slurm and seconds to us.
[[nodiscard]] std::optional<double> parse_slurm_time_s(std::string_view text);

/// "1-12:30:00" or "00:45:00"; parts of a second count as one.
[[nodiscard]] std::string slurm_time(double seconds);

}  // namespace pbt
