#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "pbt/checkpoint.h"
#include "pbt/files.h"

namespace pbt {

/// How finished folders are brought to a place that is no file system, and back. Plain operations: staging, naming,
/// verifying and keeping copies at hand are RemoteStorage's. All may be called from several threads at once, for
/// different names; all throw StorageError. Names are plain file names.
struct RemoteBytes {
  /// Brings all files of `folder` there. Whoever looks sees all of it or nothing; durable when this returns. Replaces
  /// what stood under that name.
  std::function<void(const std::string& name, const std::filesystem::path& folder)> put;
  /// Brings them into `folder`, which is there and empty. False: nothing complete stands under that name.
  std::function<bool(const std::string& name, const std::filesystem::path& folder)> get;
  /// No error when there is nothing.
  std::function<void(const std::string& name)> remove;
  /// Names of which anything is there, complete or not; sorted.
  std::function<std::vector<std::string>()> list;
};

struct RemoteOptions {
  std::filesystem::path scratch;       ///< on this machine, of this process alone: staged folders and copies
  std::uint64_t copies_bytes_max = 0;  ///< of copies kept at hand; the latest `copies_min` stay in any case
  int copies_min = 4;                  ///< at least twice the members trained at once: trainers read them
};

/// Checkpoints that live elsewhere: staged on this machine, brought there by publish(), fetched by open() unless a copy
/// is at hand, and verified. `files` must outlive it.
[[nodiscard]] std::unique_ptr<CheckpointStorage> make_remote_storage(RemoteBytes remote, RemoteOptions options,
                                                                     Files& files);

}  // namespace pbt
