#include "cli/quantities.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace pbt {
namespace {

constexpr std::array<std::pair<std::string_view, double>, 4> kDurations{
    {{"d", 86400}, {"h", 3600}, {"m", 60}, {"s", 1}}};

constexpr std::array<std::pair<std::string_view, std::uint64_t>, 8> kSizes{{
    {"TB", 1'000'000'000'000},
    {"GB", 1'000'000'000},
    {"MB", 1'000'000},
    {"kB", 1'000},
    {"TiB", 1ULL << 40},
    {"GiB", 1ULL << 30},
    {"MiB", 1ULL << 20},
    {"KiB", 1ULL << 10},
}};

void skip_blanks(std::string_view& text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
}

/// A number >= 0 off the front of `text`.
std::optional<double> take_number(std::string_view& text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc{} || !std::isfinite(number) || number < 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

}  // namespace

std::optional<double> parse_duration_s(std::string_view text) {
  skip_blanks(text);
  double seconds = 0;
  for (bool first = true; first || !text.empty(); first = false) {
    const auto number = take_number(text);
    if (!number) return std::nullopt;
    skip_blanks(text);
    if (text.empty()) return first ? number : std::nullopt;
    bool known = false;
    for (const auto& [unit, factor] : kDurations) {
      if (!text.starts_with(unit)) continue;
      text.remove_prefix(unit.size());
      seconds += *number * factor;
      known = true;
      break;
    }
    if (!known) return std::nullopt;
    skip_blanks(text);
  }
  if (!std::isfinite(seconds)) return std::nullopt;
  return seconds;
}

std::string duration_text(double seconds) {
  for (const auto& [unit, factor] : kDurations) {
    const double count = seconds / factor;
    if (seconds > 0 && count == std::floor(count) && count < 1e9 && count * factor == seconds) {
      return fmt::format("{:.0f}{}", count, unit);
    }
  }
  return fmt::format("{}s", seconds);
}

std::optional<std::uint64_t> parse_bytes(std::string_view text) {
  skip_blanks(text);
  const auto number = take_number(text);
  if (!number) return std::nullopt;
  skip_blanks(text);
  double bytes = *number;
  if (!text.empty() && text != "B") {
    bool known = false;
    for (const auto& [unit, factor] : kSizes) {
      if (text != unit && !(unit == "kB" && text == "KB")) continue;
      bytes *= static_cast<double>(factor);
      known = true;
    }
    if (!known) return std::nullopt;
  }
  if (bytes > 9e18) return std::nullopt;
  return static_cast<std::uint64_t>(bytes);
}

std::string bytes_text(std::uint64_t bytes) {
  for (const auto& [unit, factor] : kSizes) {
    if (bytes >= factor && bytes % factor == 0) return fmt::format("{} {}", bytes / factor, unit);
  }
  return std::to_string(bytes);
}

}  // namespace pbt
