#pragma once

#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "pbt/error.h"
#include "pbt/turn.h"

/// What storages that stage in folders share.
namespace pbt {

/// What a checkpoint's folder holds.
struct Contents {
  std::vector<std::filesystem::path> files;    ///< relative to the folder
  std::vector<std::filesystem::path> folders;  ///< the same, deepest last; the folder itself is not among them
};

/// Throws StorageError on links and special files, std::system_error where something cannot be read or goes meanwhile.
[[nodiscard]] Contents contents(const std::filesystem::path& folder);

/// The reference to the files of `folder`, which it reads.
[[nodiscard]] Checkpoint describe(const std::string& name, const std::filesystem::path& folder, const Contents& found);

/// Names come out of records, which others may have written: "../x" would lead out of the folder, and "" is the whole
/// of it. Returns the name, or throws StorageError.
[[nodiscard]] const std::string& checked(const std::string& name);

/// Whether the file system says that something is not there: it never was, or somebody removes it just now.
[[nodiscard]] bool is_absence(const std::error_code& error);

/// Turns what the file system says into our own family, with what to do.
template <typename Action>
auto guarded(const std::string& what, Action action) {
  try {
    return action();
  } catch (const std::system_error& error) {
    const std::string advice = error.code() == std::errc::no_space_on_device
                                   ? "; free some space, or set [checkpoints] quota, and run again"
                                   : "";
    throw StorageError(what + ": " + error.what() + advice);
  }
}

}  // namespace pbt
