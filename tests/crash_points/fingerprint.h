#pragma once

#include <cstddef>
#include <filesystem>

namespace crash_points {

/// Of all names and bytes below the folder; times, owners and modes do not enter.
[[nodiscard]] std::size_t fingerprint(const std::filesystem::path& folder);

}  // namespace crash_points
