#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

#include "trainer/descriptor.h"

namespace pbt {

/// All descendants of `ancestor`, zombies included, as /proc shows them now.
[[nodiscard]] std::vector<pid_t> descendants_of(pid_t ancestor);

struct MarkedProcess {
  pid_t pid = 0;
  std::string value;  ///< of the variable
};
/// All processes whose environment holds the variable since their start; zombies have none.
[[nodiscard]] std::vector<MarkedProcess> processes_with_variable(const std::string& name);

/// Whether it is a `pbt guard`.
[[nodiscard]] bool is_guard(pid_t pid);

/// All processes whose environment holds `entry` ("NAME=value") since their start; zombies have none.
[[nodiscard]] std::vector<pid_t> processes_with_environment(const std::string& entry);

/// A pidfd, which names this process even when its number is given to another; not open when there is none.
[[nodiscard]] Descriptor open_process(pid_t pid);

/// False when `limit` passed, or a signal came, before the process of this pidfd ended.
[[nodiscard]] bool wait_for_end(const Descriptor& pidfd, std::chrono::milliseconds limit);

}  // namespace pbt
