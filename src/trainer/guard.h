#pragma once

#include <string>

namespace pbt {

/// The body of the hidden `pbt guard --lifeline FD -- COMMAND...`, which stands between pbt and a trainer, so that the
/// trainer and everything that it started, in whatever process group or session, ends with it or with pbt:
/// - FD is one end of a connection whose other end only pbt holds. End of file: pbt has ended, or wants everything
/// killed.
///   A byte: the command is asked to end by itself (SIGTERM to its process group). The guard sends back the command's
///   pid_t.
/// - When the command ends, what it left behind is killed, and its exit status returned (128 + signal after a signal;
///   127: no such program, 126: it cannot be run).
/// `arguments[0]` is "guard". Runs on the calling thread of a process with no other threads and no children.
int guard_main(int count, char* const* arguments);

/// The variable that marks every process of one guard; Process's last resort when a guard was killed itself.
inline constexpr const char* guard_variable = "PBT_GUARD_ID";

/// The program that has the guard: PBT_PROGRAM, else this program if its name is pbt, else a `pbt` beside it, else one
/// on PATH. Throws pbt::Error when there is none.
[[nodiscard]] std::string find_guard_program();

}  // namespace pbt
