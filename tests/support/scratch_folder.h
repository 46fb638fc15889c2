#pragma once

#include <stdlib.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>

namespace pbt {

/// An empty folder below `base`, removed with all that is in it when this ends. Throws std::system_error.
class ScratchFolder {
 public:
  explicit ScratchFolder(const std::filesystem::path& base = std::filesystem::temp_directory_path()) {
    std::string path = (base / "pbt-test-XXXXXX").string();
    if (::mkdtemp(path.data()) == nullptr) throw std::system_error(errno, std::generic_category(), path);
    path_ = std::filesystem::canonical(path);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace pbt
