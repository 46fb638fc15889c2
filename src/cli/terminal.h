#pragma once

#include <string_view>

#include "view/text_table.h"

namespace pbt {

/// Whether standard output is a terminal of this process's own, on which it may move about.
[[nodiscard]] bool output_is_terminal();

/// The terminal's width, and colours unless NO_COLOR is set or TERM is dumb; elsewhere no limit and no colours.
/// COLUMNS, where it is set, is the width in both cases.
[[nodiscard]] TextStyle output_style();
/// Lines of the terminal; 24 where it is unknown.
[[nodiscard]] int terminal_lines();

/// Writes to standard output. Throws Error when it cannot be written (a full disk); a closed pipe ends the program
/// silently.
void print(std::string_view text);

/// Keys without Enter while it lives, and the screen as it was before when it goes.
class FullScreen {
 public:
  FullScreen();
  ~FullScreen();
  FullScreen(const FullScreen&) = delete;
  FullScreen& operator=(const FullScreen&) = delete;

  /// Shows `text` from the upper left corner, cut at the lower edge.
  void show(std::string_view text);
  enum class Key { none, quit };
  /// Waits for a key, Ctrl-C or the time to pass.
  [[nodiscard]] Key wait(double seconds);
};

}  // namespace pbt
