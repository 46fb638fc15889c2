#pragma once

#include <filesystem>
#include <string>

namespace pbt::gan {

/// The whole of a file, unpacked where it is compressed by gzip.
/// Throws std::runtime_error naming the file where it is absent, cannot be read, or is damaged.
[[nodiscard]] std::string read_bytes(const std::filesystem::path& file);

}  // namespace pbt::gan
