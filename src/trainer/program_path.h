#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace pbt {

/// Whether this process may run it.
[[nodiscard]] bool is_program(const std::filesystem::path& path);

/// The first program of that name on this process's PATH.
[[nodiscard]] std::optional<std::filesystem::path> program_on_path(const std::string& name);

}  // namespace pbt
