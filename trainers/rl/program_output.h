#pragma once

#include <string>
#include <vector>

namespace pbt::rl {

struct ProgramOutput {
  int status = 0;    ///< as waitpid() has it; not 0 where it could not be started
  std::string text;  ///< standard output and error, or why it could not be started
};

/// Runs a program to its end, without a shell and with nothing to read. `arguments`: the program first, found in PATH
/// where its name has no slash.
[[nodiscard]] ProgramOutput output_of(const std::vector<std::string>& arguments);

}  // namespace pbt::rl
