#pragma once

#include <filesystem>
#include <string>

namespace pbt {

/// Writes or replaces a file: all of it or nothing, so that nobody reads half of one. Throws Error.
void write_file(const std::filesystem::path& path, const std::string& text);

/// The picture as a PNG of twice its size, by rsvg-convert. Throws Error that says what to install where there is none.
void write_png(const std::filesystem::path& path, const std::string& svg);

}  // namespace pbt
