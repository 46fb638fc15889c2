#pragma once

#include <filesystem>
#include <vector>

namespace pbt {

/// `folder` and the folders above it, innermost first, up to the first that this process may not read and write, and so
/// has made nothing in. A flush of each makes `folder` findable after a power cut, whoever made which of them, and
/// when. Where symbolic links lead to it, the folders are those where it really is. Throws std::system_error.
[[nodiscard]] std::vector<std::filesystem::path> own_ancestry(const std::filesystem::path& folder);

}  // namespace pbt
