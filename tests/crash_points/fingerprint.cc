#include "tests/crash_points/fingerprint.h"

#include <algorithm>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace crash_points {

namespace fs = std::filesystem;

std::size_t fingerprint(const fs::path& folder) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) paths.push_back(entry.path());
  std::ranges::sort(paths);
  std::string all;
  for (const fs::path& path : paths) {
    all += path.string() + '\0';
    if (!fs::is_regular_file(path)) continue;
    std::string bytes(fs::file_size(path), '\0');
    if (!std::ifstream(path, std::ios::binary).read(bytes.data(), static_cast<std::streamsize>(bytes.size())))
      throw std::runtime_error(path.string() + " cannot be read");
    all += std::to_string(bytes.size()) + ':' + bytes;
  }
  return std::hash<std::string>{}(all);
}

}  // namespace crash_points
