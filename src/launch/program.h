#pragma once

#include <string>
#include <vector>

namespace pbt {

struct Ran {
  int status = 0;  ///< 128 + a signal after one
  std::string output;
  std::string error;
};

/// Runs a program of the machine to its end, not through a shell, with nothing to read. It stands under no guard: a job
/// that it submits would inherit the guard's mark, and be taken for a left-over. Throws Error that ends with
/// `what_to_do` when there is no such program.
[[nodiscard]] Ran run_program(const std::vector<std::string>& words, const std::string& what_to_do);

}  // namespace pbt
