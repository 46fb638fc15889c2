#pragma once

#include <filesystem>
#include <memory>

#include "pbt/checkpoint.h"
#include "pbt/experiment.h"
#include "pbt/files.h"

namespace pbt {

/// Checkpoints as folders below `root`: `root/<name>/` when published, `root/staging/<name>/` before. Publishing
/// flushes the files and their folders (durability `power`), then renames. With durability `process` flush() flushes
/// the whole file system, which is one call however many checkpoints there are. Bytes are verified the first time that
/// this process opens them. `files` must outlive the storage.
[[nodiscard]] std::unique_ptr<CheckpointStorage> make_directory_storage(const std::filesystem::path& root,
                                                                        Durability durability, Files& files);

/// Copies all files of `from`, a folder that the user names, into the empty folder `to`. Throws StorageError on links,
/// special files, or when there are none.
void copy_folder(const std::filesystem::path& from, const Folder& to);

}  // namespace pbt
