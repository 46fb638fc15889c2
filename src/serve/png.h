#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pbt::serve {

/// A picture that a trainer wrote, as it may be shown: its pixels and nothing else. Keeps the chunks IHDR, PLTE, tRNS,
/// IDAT and IEND, whose lengths and checksums must be right (PNG, W3C 2003, section 5); texts, profiles and whatever
/// follows the end are left out. Nothing where it is no PNG, or more than 16,384 pixels wide or high.
[[nodiscard]] std::optional<std::string> pixels_alone(std::string_view png);

}  // namespace pbt::serve
