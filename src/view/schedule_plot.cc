#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/axis.h"
#include "core/space_rules.h"
#include "view/text_views.h"

namespace pbt {
namespace {

constexpr int kHeight = 6;      // lines of a chart
constexpr int kWidthMax = 100;  // wider ones show nothing more
constexpr int kMargin = 12;     // for the labels of the vertical axis
constexpr int kEighths = 8;

const ScheduleRow& row_at(const std::vector<ScheduleRow>& rows, double step) {
  for (const ScheduleRow& row : rows) {
    if (step <= static_cast<double>(row.to_step)) return row;
  }
  return rows.back();
}

/// What a parameter was at `width` steps, evenly from the first to the last.
std::vector<const Value*> values_over_steps(const std::vector<ScheduleRow>& rows, const std::string& name, int width) {
  const auto first = static_cast<double>(rows.front().from_step);
  const double range = static_cast<double>(rows.back().to_step) - first;
  std::vector<const Value*> values;
  for (int column = 0; column < width; ++column)
    values.push_back(row_at(rows, first + (column + 0.5) / width * range).hyperparameters.find(name));
  return values;
}

/// "▅" at a line of a bar that is `eighths` high.
std::string block(int eighths, int line_from_below) {
  constexpr const char* blocks[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  return blocks[std::clamp(eighths - kEighths * line_from_below, 0, kEighths)];
}

std::string bars(const std::vector<std::optional<double>>& values, Scale scale) {
  double low = INFINITY;
  double high = -INFINITY;
  for (const auto& value : values) {
    if (value) low = std::min(low, *value);
    if (value) high = std::max(high, *value);
  }
  const double bottom = to_coordinate(scale, low);
  const double range = to_coordinate(scale, high) - bottom;
  std::vector<int> heights;
  for (const auto& value : values) {
    const double place = value && range > 0 ? (to_coordinate(scale, *value) - bottom) / range : 0.5;
    heights.push_back(value ? 1 + static_cast<int>(std::lround(place * (kHeight * kEighths - 1))) : 0);
  }
  std::string text;
  for (int line = kHeight - 1; line >= 0; --line) {
    const std::string label = line == kHeight - 1 ? short_number(high) : line == 0 ? short_number(low) : "";
    text += fmt::format("{:>{}} ", label, kMargin - 1);
    for (const int height : heights) text += block(height, line);
    text.erase(text.find_last_not_of(' ') + 1);
    text += '\n';
  }
  return text;
}

/// Choices: each stretch by its name.
std::string names(const std::vector<ScheduleRow>& rows, const std::string& name) {
  std::string text;
  const Value* before = nullptr;
  for (const ScheduleRow& row : rows) {
    const Value* value = row.hyperparameters.find(name);
    if (value == nullptr || (before != nullptr && *before == *value)) continue;
    text += fmt::format("{:>{}} from step {}\n", to_string(*value), kMargin - 1, grouped(row.from_step));
    before = value;
  }
  return text;
}

}  // namespace

std::string schedule_plot(const Experiment& experiment, const std::vector<ScheduleRow>& rows, const TextStyle& style) {
  if (rows.empty()) return "";
  const int width = std::clamp(style.width > 0 ? style.width - kMargin : kWidthMax, 10, kWidthMax);
  std::string text;
  for (const std::string& name : searched_names(experiment)) {
    const std::vector<const Value*> values = values_over_steps(rows, name, width);
    std::vector<std::optional<double>> numbers;
    for (const Value* value : values) numbers.push_back(value == nullptr ? std::nullopt : number(*value));
    text += name + '\n';
    const bool has_numbers = std::any_of(numbers.begin(), numbers.end(), [](const auto& value) { return value; });
    const std::optional<Axis> axis = numeric_axis(*experiment.space.find(name));
    text += has_numbers ? bars(numbers, axis ? axis->scale : Scale::linear) : names(rows, name);
  }
  const std::string first = grouped(rows.front().from_step);
  const std::string last = grouped(rows.back().to_step);
  return text + fmt::format("{:>{}} {}{:>{}}\n", "step", kMargin - 1, first, last,
                            std::max<int>(1, width - static_cast<int>(first.size())));
}

}  // namespace pbt
