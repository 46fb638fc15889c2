#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pbt {

/// Insertions, deletions, replacements and swaps of neighbours that turn one text into the other (optimal string
/// alignment).
[[nodiscard]] int edit_distance(std::string_view a, std::string_view b);

/// The valid name nearest to `name`, the earliest among equals; empty when none is near enough to be what was meant.
[[nodiscard]] std::string nearest(std::string_view name, const std::vector<std::string>& valid);

/// `; did you mean "fraction"?` for the end of an error message; empty when no valid name is near.
[[nodiscard]] std::string did_you_mean(std::string_view name, const std::vector<std::string>& valid);

}  // namespace pbt
