#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "pbt/assignment.h"

namespace pbt {

/// What a command trainer says of its turn, as written.
struct CommandResult {
  Report report;  ///< step: as said, else the step that was asked for
  bool says_step = false;
  bool says_partial = false;
};

/// Reads a JSON object: metrics at the top level or under "metrics", and optionally "step" (the age reached) or "steps"
/// (trained in this turn), "samples", "hyperparameters" (in effect), "unread", "partial". NaN and infinities may stand
/// bare, as Python prints them; null is NaN, as JavaScript prints it. Texts and lists under other names at the top
/// level are ignored. Throws pbt::Error that says what is wrong.
[[nodiscard]] CommandResult read_command_result(std::string_view json, const Assignment& turn);

/// Finds the last line that is a JSON object in a stream that comes in pieces.
class LastObject {
 public:
  void add(std::string_view piece);
  /// Of everything until now, a last line without a newline included.
  [[nodiscard]] std::optional<std::string> take();

 private:
  void end_line();

  std::string line_;
  bool overlong_ = false;
  std::optional<std::string> last_;
};

}  // namespace pbt
