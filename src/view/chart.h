#pragma once

#include <string>
#include <vector>

#include "pbt/space.h"
#include "view/svg.h"

namespace pbt {

/// The values that an axis shows, low < high, and how they are spread.
struct AxisRange {
  double low = 0;
  double high = 1;
  Scale scale = Scale::linear;
};

/// Round values within the range, about as many as asked for; on a log scale 1, 2 and 5 times powers of ten, on a
/// one_minus_log scale what is so below 1.
[[nodiscard]] std::vector<double> ticks(const AxisRange& range, int about);

/// The range of these values, those that are not finite left out; the lowest `cut` share is not shown where outliers
/// would press all else against the upper edge. 0 to 1 where there is none.
[[nodiscard]] AxisRange range_of(std::vector<double> values, double cut = 0);

/// Where a plot is in its picture.
struct Frame {
  double left, top, right, bottom;
};

/// A rectangle with two axes in a picture.
class Plot {
 public:
  Plot(Svg& svg, Frame frame, AxisRange x, AxisRange y) : svg_(&svg), frame_(frame), x_(x), y_(y) {}

  /// Grid, ticks and what they say.
  void draw_axes(const std::string& title, const std::string& x_name, const std::string& y_name) const;
  /// A place by its values; beyond the y axis, on the nearer edge.
  [[nodiscard]] Point at(double x, double y) const;
  [[nodiscard]] Svg& svg() const { return *svg_; }
  [[nodiscard]] const Frame& frame() const { return frame_; }

 private:
  Svg* svg_;
  Frame frame_;
  AxisRange x_;
  AxisRange y_;
};

/// Three digits: 1500000 as "1.5M", 20000 as "20k"; smaller ones as short_number has them.
[[nodiscard]] std::string rough_number(double number);

}  // namespace pbt
