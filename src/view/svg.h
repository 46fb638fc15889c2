#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pbt {

/// A place in a picture, in pixels from its upper left corner.
struct Point {
  double x = 0;
  double y = 0;
};

/// How a line looks.
struct Ink {
  std::string colour = "#1b1f24";
  double width = 1;
  double opacity = 1;
  bool dashed = false;
};

enum class Anchor { start, middle, end };

/// How a text looks.
struct Lettering {
  double size = 11;
  Anchor anchor = Anchor::start;
  std::string colour = "#1b1f24";
  bool bold = false;
  bool upwards = false;  ///< turned by 90 degrees, to be read from below
};

/// A picture as SVG 1.1 on white: shapes in the order in which they are added. Texts are escaped; coordinates that are
/// not finite leave their shape out.
class Svg {
 public:
  Svg(double width, double height);

  void line(Point from, Point to, const Ink& ink);
  void polyline(const std::vector<Point>& points, const Ink& ink);
  /// The area between two lines from left to right.
  void band(const std::vector<Point>& upper, const std::vector<Point>& lower, const std::string& colour,
            double opacity);
  /// An arc of a circle around `centre`, from one angle to another (radians, clockwise from the right).
  void arc(Point centre, double radius, double from, double to, const Ink& ink);
  void circle(Point centre, double radius, const std::string& colour);
  void rectangle(Point corner, double width, double height, const std::string& colour);
  void text(Point at, std::string_view text, const Lettering& lettering);

  [[nodiscard]] double width() const { return width_; }
  [[nodiscard]] double height() const { return height_; }
  [[nodiscard]] std::string str() const;

 private:
  double width_;
  double height_;
  std::string body_;
};

/// Colours that are told apart also by the colour-blind (Okabe and Ito, 2008); they repeat after seven.
[[nodiscard]] std::string series_colour(std::size_t index);
/// From the first (0, deep blue) over magenta to the last (1, amber).
[[nodiscard]] std::string time_colour(double fraction);
/// From low (0, dark violet) over green to high (1, yellow-green).
[[nodiscard]] std::string score_colour(double fraction);

}  // namespace pbt
