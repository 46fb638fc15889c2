#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace pbt {

/// The few file operations on which durability hangs, so that faults can be injected. All throw std::system_error that
/// names the path. Thread-safe for different paths. `sync` may be skipped by a caller whose durability is `process`.
class Files {
 public:
  virtual ~Files() = default;
  /// With its parents; no error when it exists.
  virtual void create_folder(const std::filesystem::path& path) = 0;
  /// Flushes one file's bytes or one folder's entries to the disk.
  virtual void sync(const std::filesystem::path& path) = 0;
  /// Flushes all that is pending on the file system that holds `on`.
  virtual void sync_all(const std::filesystem::path& on) = 0;
  /// Atomic; `to` must not exist.
  virtual void rename(const std::filesystem::path& from, const std::filesystem::path& to) = 0;
  /// A file or a whole folder; no error when absent.
  virtual void remove(const std::filesystem::path& path) = 0;
  /// Names, sorted; empty when absent.
  [[nodiscard]] virtual std::vector<std::string> list(const std::filesystem::path& folder) = 0;
};

/// The machine's own file system.
class SystemFiles final : public Files {
 public:
  void create_folder(const std::filesystem::path& path) override;
  void sync(const std::filesystem::path& path) override;
  void sync_all(const std::filesystem::path& on) override;
  void rename(const std::filesystem::path& from, const std::filesystem::path& to) override;
  void remove(const std::filesystem::path& path) override;
  [[nodiscard]] std::vector<std::string> list(const std::filesystem::path& folder) override;
};

}  // namespace pbt
