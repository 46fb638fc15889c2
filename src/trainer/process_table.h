#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace pbt {

/// All descendants of `ancestor`, zombies included, as /proc shows them now.
[[nodiscard]] std::vector<pid_t> descendants_of(pid_t ancestor);

/// All processes whose environment holds `entry` ("NAME=value") since their start; zombies have none.
[[nodiscard]] std::vector<pid_t> processes_with_environment(const std::string& entry);

}  // namespace pbt
