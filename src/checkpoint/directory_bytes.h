#pragma once

#include <filesystem>

#include "checkpoint/remote_storage.h"

namespace pbt {

/// Checkpoints in a folder on a shared file system, staged elsewhere: copied, flushed, renamed. Relies on rename and on
/// what NFS calls close-to-open consistency, on no lock. The same layout as make_directory_storage()'s, so workers with
/// and without a scratch disk share one folder. `files` must outlive it.
[[nodiscard]] RemoteBytes directory_bytes(const std::filesystem::path& root, Files& files);

}  // namespace pbt
