#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pbt {

/// "2h", "90m", "1h30m", "45s", "1.5d", "300" (seconds); nothing when the text is none of these.
[[nodiscard]] std::optional<double> parse_duration_s(std::string_view text);
/// The inverse: "2h", "90m", "0.5s"; exact for whole seconds.
[[nodiscard]] std::string duration_text(double seconds);

/// "10 GB", "512MiB", "1.5 TB", "4096"; nothing when the text is none of these. kB is 1000 bytes, KiB 1024.
[[nodiscard]] std::optional<std::uint64_t> parse_bytes(std::string_view text);
/// The inverse, exact up to 2^53: "10 GB", "512 MiB", "4097".
[[nodiscard]] std::string bytes_text(std::uint64_t bytes);

}  // namespace pbt
