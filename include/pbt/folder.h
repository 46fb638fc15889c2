#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace pbt {

/// The files of one checkpoint, while a trainer writes or reads them: a folder on disk, or files held in memory.
/// A value that refers to its files: copies see the same ones. One thread at a time.
class Folder {
 public:
  using Files = std::map<std::string, std::string, std::less<>>;

  /// No folder at all; what a turn that starts afresh has to load.
  Folder() = default;
  /// `path` is absolute and exists.
  explicit Folder(std::filesystem::path path) : where_(std::move(path)) {}
  explicit Folder(std::shared_ptr<Files> files) : where_(std::move(files)) {}

  [[nodiscard]] bool exists() const { return where_.index() != 0; }
  /// The path on disk, or null when the files are in memory or there is no folder.
  [[nodiscard]] const std::filesystem::path* path() const { return std::get_if<std::filesystem::path>(&where_); }
  /// The files in memory, or null.
  [[nodiscard]] const std::shared_ptr<Files>* files_in_memory() const {
    return std::get_if<std::shared_ptr<Files>>(&where_);
  }

  /// Creates or replaces `file`, a name without slashes. Throws std::system_error when the disk refuses.
  void write(std::string_view file, std::string_view bytes) const;
  /// The whole of `file`. Throws std::system_error when it is absent or cannot be read.
  [[nodiscard]] std::string read(std::string_view file) const;
  [[nodiscard]] bool contains(std::string_view file) const;

 private:
  std::variant<std::monostate, std::filesystem::path, std::shared_ptr<Files>> where_;
};

}  // namespace pbt
