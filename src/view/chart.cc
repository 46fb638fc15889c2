#include "view/chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/axis.h"
#include "view/text_table.h"

namespace pbt {
namespace {

constexpr const char* grid_colour = "#e6e8eb";
constexpr const char* label_colour = "#57606a";

std::vector<double> linear_ticks(double low, double high, int about) {
  const double rough = (high - low) / std::max(about, 1);
  const double power = std::pow(10, std::floor(std::log10(rough)));
  const double step = power * (rough / power < 1.5 ? 1 : rough / power < 3.5 ? 2 : rough / power < 7.5 ? 5 : 10);
  const double first = std::ceil(low / step - 1e-9);
  std::vector<double> values;
  for (int i = 0; i <= 3 * std::max(about, 1) && (first + i) * step <= high + step * 1e-9; ++i)
    values.push_back((first + i) * step + 0.0);  // no -0
  return values;
}

/// 1, 2 and 5 times powers of ten, thinned to powers where these are enough.
std::vector<double> log_ticks(double low, double high, int about) {
  std::vector<double> values, powers;
  for (double power = std::pow(10, std::floor(std::log10(low))); power <= high * (1 + 1e-9); power *= 10) {
    for (const double times : {1.0, 2.0, 5.0}) {
      const double value = power * times;
      if (value < low * (1 - 1e-9) || value > high * (1 + 1e-9)) continue;
      values.push_back(value);
      if (times == 1) powers.push_back(value);
    }
  }
  return static_cast<int>(powers.size()) >= std::max(about / 2, 2) ? powers : values;
}

}  // namespace

std::vector<double> ticks(const AxisRange& range, int about) {
  if (range.scale == Scale::linear) return linear_ticks(range.low, range.high, about);
  if (range.scale == Scale::log) return log_ticks(range.low, range.high, about);
  std::vector<double> values = log_ticks(1 - range.high, 1 - range.low, about);
  for (double& value : values) value = 1 - value;
  std::ranges::reverse(values);
  return values;
}

AxisRange range_of(std::vector<double> values, double cut) {
  std::erase_if(values, [](double value) { return !std::isfinite(value); });
  if (values.empty()) return {};
  std::ranges::sort(values);
  double low = values[static_cast<std::size_t>(cut * static_cast<double>(values.size() - 1))];
  double high = values.back();
  // Hidden only where what it hides would take more room than all the rest.
  if (high - values.front() < 2 * (high - low)) low = values.front();
  const double margin = high > low ? std::max((high - low) * 0.04, std::fabs(high) * 1e-9)  // beyond what is rounding
                                   : std::max(std::fabs(high) * 0.1, 1e-9);
  return {low - margin, high + margin, Scale::linear};
}

Point Plot::at(double x, double y) const {
  const auto share = [](const AxisRange& axis, double value) {
    const double low = to_coordinate(axis.scale, axis.low), high = to_coordinate(axis.scale, axis.high);
    return (to_coordinate(axis.scale, value) - low) / (high - low);
  };
  const double up = std::isnan(y) ? y : std::clamp(share(y_, y), 0.0, 1.0);
  return {frame_.left + share(x_, x) * (frame_.right - frame_.left), frame_.bottom - up * (frame_.bottom - frame_.top)};
}

void Plot::draw_axes(const std::string& title, const std::string& x_name, const std::string& y_name) const {
  const double width = frame_.right - frame_.left, height = frame_.bottom - frame_.top;
  for (const double value : ticks(y_, static_cast<int>(height / 45))) {
    const Point place = at(x_.low, value);
    svg_->line({frame_.left, place.y}, {frame_.right, place.y}, {grid_colour});
    svg_->text({frame_.left - 6, place.y + 3.5}, rough_number(value), {10, Anchor::end, label_colour});
  }
  for (const double value : ticks(x_, static_cast<int>(width / 90))) {
    const Point place = at(value, y_.low);
    svg_->line({place.x, frame_.bottom}, {place.x, frame_.bottom + 4}, {label_colour});
    svg_->text({place.x, frame_.bottom + 16}, rough_number(value), {10, Anchor::middle, label_colour});
  }
  svg_->line({frame_.left, frame_.bottom}, {frame_.right, frame_.bottom}, {label_colour});
  svg_->text({frame_.left, frame_.top - 10}, title, {13, Anchor::start, "#1b1f24", true});
  svg_->text({(frame_.left + frame_.right) / 2, frame_.bottom + 32}, x_name, {11, Anchor::middle, label_colour});
  svg_->text({frame_.left - 44, (frame_.top + frame_.bottom) / 2}, y_name,
             {11, Anchor::middle, label_colour, false, true});
}

std::string rough_number(double number) {
  const double size = std::fabs(number);
  if (size >= 1e9 && size < 1e15) return fmt::format("{:.3g}G", number / 1e9);
  if (size >= 1e6) return fmt::format("{:.3g}M", number / 1e6);
  if (size >= 1e4) return fmt::format("{:.3g}k", number / 1e3);
  if (size > 0 && size < 1e-12) return "0";
  return short_number(number);
}

}  // namespace pbt
