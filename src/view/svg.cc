#include "view/svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/printable.h"

namespace pbt {
namespace {

constexpr std::size_t bytes_max = 300;  // of one text; a trainer's own words may be of any length

/// Tenths of a pixel are enough, and half the size of more.
std::string number(double value) {
  std::string text = fmt::format("{:.1f}", value);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text == "-0" ? "0" : text;
}

bool is_finite(Point point) { return std::isfinite(point.x) && std::isfinite(point.y); }

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '&')
      result += "&amp;";
    else if (c == '<')
      result += "&lt;";
    else if (c == '>')
      result += "&gt;";
    else if (c == '"')
      result += "&quot;";
    else
      result += c;
  }
  return result;
}

std::string stroke(const Ink& ink) {
  std::string text = fmt::format(R"(fill="none" stroke="{}" stroke-width="{}")", ink.colour, number(ink.width));
  if (ink.opacity < 1) text += fmt::format(R"( stroke-opacity="{:.2f}")", ink.opacity);
  if (ink.dashed) text += R"( stroke-dasharray="5 4")";
  return text;
}

std::string listed(const std::vector<Point>& points) {
  std::string text;
  for (const Point point : points)
    if (is_finite(point)) text += (text.empty() ? "" : " ") + number(point.x) + "," + number(point.y);
  return text;
}

struct Rgb {
  double r, g, b;
};

template <std::size_t count>
std::string between(const std::array<Rgb, count>& colours, double fraction) {
  const double place = std::isfinite(fraction) ? std::clamp(fraction, 0.0, 1.0) * (count - 1) : 0;
  const auto low = std::min(static_cast<std::size_t>(place), count - 2);
  const double share = place - static_cast<double>(low);
  const auto mixed = [&](double Rgb::* part) {
    return static_cast<int>(std::lround(colours[low].*part * (1 - share) + colours[low + 1].*part * share));
  };
  return fmt::format("#{:02x}{:02x}{:02x}", mixed(&Rgb::r), mixed(&Rgb::g), mixed(&Rgb::b));
}

}  // namespace

Svg::Svg(double width, double height) : width_(width), height_(height) {}

void Svg::line(Point from, Point to, const Ink& ink) {
  if (!is_finite(from) || !is_finite(to)) return;
  body_ += fmt::format("<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" {}/>\n", number(from.x), number(from.y),
                       number(to.x), number(to.y), stroke(ink));
}

void Svg::polyline(const std::vector<Point>& points, const Ink& ink) {
  const std::string list = listed(points);
  if (list.empty()) return;
  body_ += fmt::format("<polyline points=\"{}\" {} stroke-linejoin=\"round\"/>\n", list, stroke(ink));
}

void Svg::band(const std::vector<Point>& upper, const std::vector<Point>& lower, const std::string& colour,
               double opacity) {
  std::vector<Point> around = upper;
  around.insert(around.end(), lower.rbegin(), lower.rend());
  body_ +=
      fmt::format("<polygon points=\"{}\" fill=\"{}\" fill-opacity=\"{:.2f}\"/>\n", listed(around), colour, opacity);
}

void Svg::arc(Point centre, double radius, double from, double to, const Ink& ink) {
  if (std::fabs(to - from) < 1e-6) return;
  const auto at = [&](double angle) {
    return Point{centre.x + radius * std::cos(angle), centre.y + radius * std::sin(angle)};
  };
  const Point a = at(from), b = at(to);
  if (!is_finite(a) || !is_finite(b)) return;
  body_ += fmt::format("<path d=\"M{} {}A{} {} 0 {} {} {} {}\" {}/>\n", number(a.x), number(a.y), number(radius),
                       number(radius), std::fabs(to - from) > std::acos(-1.0) ? 1 : 0, to > from ? 1 : 0, number(b.x),
                       number(b.y), stroke(ink));
}

void Svg::circle(Point centre, double radius, const std::string& colour) {
  if (!is_finite(centre)) return;
  body_ += fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"{}\"/>\n", number(centre.x), number(centre.y),
                       number(radius), colour);
}

void Svg::rectangle(Point corner, double width, double height, const std::string& colour) {
  if (!is_finite(corner)) return;
  body_ += fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{}\"/>\n", number(corner.x),
                       number(corner.y), number(width), number(height), colour);
}

void Svg::text(Point at, std::string_view text, const Lettering& lettering) {
  constexpr const char* anchors[] = {"start", "middle", "end"};
  body_ +=
      fmt::format("<text x=\"{}\" y=\"{}\" font-size=\"{}\" text-anchor=\"{}\" fill=\"{}\"", number(at.x), number(at.y),
                  number(lettering.size), anchors[static_cast<int>(lettering.anchor)], lettering.colour);
  if (lettering.bold) body_ += " font-weight=\"600\"";
  if (lettering.upwards) body_ += fmt::format(" transform=\"rotate(-90 {} {})\"", number(at.x), number(at.y));
  body_ += '>' + escaped(printable(text, bytes_max)) + "</text>\n";
}

std::string Svg::str() const {
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" "
      "font-family=\"Inter, 'Helvetica Neue', Helvetica, Arial, sans-serif\">\n"
      "<rect width=\"{0}\" height=\"{1}\" fill=\"#ffffff\"/>\n{2}</svg>\n",
      number(width_), number(height_), body_);
}

std::string series_colour(std::size_t index) {
  constexpr const char* colours[] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#5b5b5b"};
  return colours[index % std::size(colours)];
}

std::string time_colour(double fraction) {
  return between<5>({{{33, 34, 138}, {112, 28, 160}, {190, 55, 133}, {232, 101, 87}, {250, 168, 48}}}, fraction);
}

std::string score_colour(double fraction) {
  return between<5>({{{68, 1, 84}, {59, 82, 139}, {33, 145, 140}, {94, 201, 98}, {190, 210, 40}}}, fraction);
}

}  // namespace pbt
