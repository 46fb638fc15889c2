#pragma once

#include <string>
#include <vector>

namespace pbt {

/// How text is to look where it goes.
struct TextStyle {
  int width = 80;       ///< columns; 0: no limit
  bool colour = false;  ///< ANSI colours; never when NO_COLOR is set
};

enum class Align { left, right };

struct Column {
  std::string name;
  Align align = Align::left;
  int importance = 0;  ///< where not all fit, the least important go first; the rightmost among equals
};

enum class RowStyle { plain, best, faint, alarming };

struct TextTable {
  struct Row {
    std::vector<std::string> cells;  ///< UTF-8, one line each
    RowStyle style = RowStyle::plain;
  };
  std::vector<Column> columns;
  std::vector<Row> rows;
};

/// Aligned columns with a heading, no wider than the style says; columns without a single entry are left out, and a
/// last line names those that did not fit.
[[nodiscard]] std::string render(const TextTable& table, const TextStyle& style);

/// A line broken at blanks where it is wider than `width` columns; 0: no limit.
[[nodiscard]] std::string wrapped(std::string line, int width);

/// Columns that a UTF-8 text takes, a character each.
[[nodiscard]] int display_width(const std::string& text);

/// Rows of the screen that `text` takes where lines wrap at `width` columns; colours take none.
[[nodiscard]] int rows_on_screen(const std::string& text, int width);

/// "▁▃▅█": one bar a value, from the lowest to the highest; values that are not finite are spaces.
[[nodiscard]] std::string sparkline(const std::vector<double>& values);

/// A number for a table: five significant digits, 1.2e-05, -inf, whole ones plain.
[[nodiscard]] std::string short_number(double number);
/// 1234567 as "1,234,567".
[[nodiscard]] std::string grouped(long long number);
/// "3 s", "12 min", "2 h 05 min", "3 d 4 h".
[[nodiscard]] std::string rough_duration(double seconds);

}  // namespace pbt
