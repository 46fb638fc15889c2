#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace pbt {

/// "host.1f2e-4711": names this process so that others on the same machine can tell when it is dead.
[[nodiscard]] std::string process_name();

/// Whether `name` (process_name(), with "-" and anything behind it) is of a process of this machine that is gone.
[[nodiscard]] bool is_dead_here(const std::string& name);

/// A new folder under TMPDIR, or /tmp, for this user alone; its name says whose it is. `length_max`: of its path in
/// bytes, where that matters; /tmp then serves where TMPDIR is too long. Throws pbt::Error.
[[nodiscard]] std::filesystem::path make_temporary_folder(std::size_t length_max = 4096);

/// Removes what dead processes of this machine have left: their folders of make_temporary_folder, and what their
/// trainers had started, where the guard was killed together with its pbt. A guard that still lives is waited for while
/// it does this work itself, and killed when it stands still (1 s). What cannot be removed is left.
void remove_left_over();

}  // namespace pbt
