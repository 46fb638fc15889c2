#include "view/text_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace pbt {
namespace {

constexpr int kGap = 2;

std::vector<int> column_widths(const TextTable& table) {
  std::vector<int> widths;
  for (const Column& column : table.columns) widths.push_back(display_width(column.name));
  for (const auto& row : table.rows) {
    for (std::size_t i = 0; i < widths.size() && i < row.cells.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(row.cells[i]));
    }
  }
  return widths;
}

bool is_blank(const TextTable& table, std::size_t column) {
  return std::all_of(table.rows.begin(), table.rows.end(), [&](const TextTable::Row& row) {
    return column >= row.cells.size() || row.cells[column].empty();
  });
}

/// Which columns hold anything and fit; the first always stays.
std::vector<bool> choose_columns(const TextTable& table, const std::vector<int>& widths, int width) {
  std::vector<bool> shown(widths.size(), true);
  for (std::size_t i = 1; i < widths.size(); ++i) shown[i] = table.rows.empty() || !is_blank(table, i);
  const auto total = [&] {
    int sum = -kGap;
    for (std::size_t i = 0; i < widths.size(); ++i) sum += shown[i] ? widths[i] + kGap : 0;
    return sum;
  };
  while (width > 0 && total() > width) {
    std::size_t least = 0;
    for (std::size_t i = 1; i < widths.size(); ++i) {
      if (shown[i] && (least == 0 || table.columns[i].importance <= table.columns[least].importance)) least = i;
    }
    if (least == 0) break;
    shown[least] = false;
  }
  return shown;
}

std::string pad(const std::string& text, int width, Align align) {
  const std::string blanks(static_cast<std::size_t>(std::max(0, width - display_width(text))), ' ');
  return align == Align::left ? text + blanks : blanks + text;
}

const char* colour_of(RowStyle style) {
  switch (style) {
    case RowStyle::plain:
      return "";
    case RowStyle::best:
      return "\x1b[1;32m";
    case RowStyle::faint:
      return "\x1b[2m";
    case RowStyle::alarming:
      return "\x1b[31m";
  }
  return "";
}

std::string without_trailing_blanks(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

std::string render(const TextTable& table, const TextStyle& style) {
  const std::vector<int> widths = column_widths(table);
  const std::vector<bool> shown = choose_columns(table, widths, style.width);
  const auto line = [&](const auto& cell) {
    std::string text;
    bool first = true;
    for (std::size_t i = 0; i < widths.size(); ++i) {
      if (!shown[i]) continue;
      text += (first ? "" : std::string(kGap, ' ')) + pad(cell(i), widths[i], table.columns[i].align);
      first = false;
    }
    return without_trailing_blanks(std::move(text));
  };
  std::string text = line([&](std::size_t i) { return table.columns[i].name; }) + '\n';
  for (const auto& row : table.rows) {
    const std::string cells = line([&](std::size_t i) { return i < row.cells.size() ? row.cells[i] : std::string(); });
    const char* colour = style.colour ? colour_of(row.style) : "";
    text += *colour == '\0' ? cells + '\n' : colour + cells + "\x1b[0m\n";
  }
  std::string hidden;
  for (std::size_t i = 0; i < widths.size(); ++i) {
    if (!shown[i] && !is_blank(table, i)) hidden += (hidden.empty() ? "" : ", ") + table.columns[i].name;
  }
  if (!hidden.empty()) text += wrapped(fmt::format("(no room for: {})", hidden), style.width) + '\n';
  return text;
}

std::string wrapped(std::string line, int width) {
  std::size_t blank = std::string::npos;
  int column = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    column += (line[i] & 0xC0) != 0x80;
    if (line[i] == ' ') blank = i;
    if (width <= 0 || column <= width || blank == std::string::npos) continue;
    line[blank] = '\n';
    column = display_width(line.substr(blank + 1, i - blank));
    blank = std::string::npos;
  }
  return line;
}

int display_width(const std::string& text) {
  // Every byte but the continuations of UTF-8 begins a character.
  return static_cast<int>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

int rows_on_screen(const std::string& text, int width) {
  int rows = 0, column = 0;
  bool escape = false;
  for (const char c : text) {
    if (c == '\x1b') escape = true;
    if (c == '\n') {
      ++rows;
      column = 0;
    } else if (escape) {
      escape = c != 'm';
    } else if ((c & 0xC0) != 0x80 && ++column > width && width > 0) {
      ++rows;
      column = 1;
    }
  }
  return rows;
}

std::string sparkline(const std::vector<double>& values) {
  constexpr const char* bars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  double low = INFINITY;
  double high = -INFINITY;
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  std::string text;
  for (const double value : values) {
    if (!std::isfinite(value)) {
      text += ' ';
      continue;
    }
    const double place = high > low ? (value / 2 - low / 2) / (high / 2 - low / 2) : 0.5;
    text += bars[std::clamp(static_cast<int>(place * 8), 0, 7)];
  }
  return text;
}

std::string short_number(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number < 0 ? "-inf" : "inf";
  return fmt::format("{:.5g}", number);
}

std::string grouped(long long number) {
  std::string text = std::to_string(number);
  const std::size_t first = text.starts_with('-') ? 1 : 0;
  for (std::size_t at = text.size(); at > first + 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

std::string rough_duration(double seconds) {
  if (!std::isfinite(seconds) || seconds < 0) return "?";
  const auto whole = static_cast<long long>(std::min(seconds, 1e12) + 0.5);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min", whole / 60);
  if (whole < 86400) return fmt::format("{} h {:02} min", whole / 3600, whole % 3600 / 60);
  return fmt::format("{} d {} h", whole / 86400, whole % 86400 / 3600);
}

}  // namespace pbt
