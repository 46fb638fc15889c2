#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pbt {

/// `text` as it can stand in messages and in every store: valid UTF-8 without control characters (newline and tab
/// apart); other bytes become '?'. Cut to about `bytes_max` bytes, then ended by "...".
[[nodiscard]] std::string printable(std::string_view text, std::size_t bytes_max);

/// Whether `text` can stand in an experiment file, in JSON, in an environment and in a command alike: valid UTF-8
/// without a NUL.
[[nodiscard]] bool is_portable(std::string_view text);

}  // namespace pbt
