#include "launch/slurm_time.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <vector>

namespace pbt {
namespace {

std::optional<std::vector<double>> numbers(std::string_view text) {
  std::vector<double> values;
  for (;;) {
    const std::size_t colon = std::min(text.find(':'), text.size());
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + colon, value);
    if (error != std::errc() || end != text.data() + colon || value < 0) return {};
    values.push_back(value);
    if (colon == text.size()) return values;
    text.remove_prefix(colon + 1);
  }
}

}  // namespace

std::optional<double> parse_slurm_time_s(std::string_view text) {
  const std::size_t dash = text.find('-');
  const bool has_days = dash != std::string_view::npos;
  const auto days = has_days ? numbers(text.substr(0, dash)) : std::vector<double>{0};
  auto rest = numbers(has_days ? text.substr(dash + 1) : text);
  if (!days || !rest || days->size() != 1 || rest->size() > 3 || (!has_days && rest->size() < 2)) return {};
  if (!has_days && rest->size() == 2) rest->insert(rest->begin(), 0);  // minutes and seconds
  rest->resize(3);                                                     // after days, hours come first
  return (((days->front() * 24 + rest->at(0)) * 60) + rest->at(1)) * 60 + rest->at(2);
}

std::string slurm_time(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::ceil(seconds));
  const std::string day = whole >= 86'400 ? fmt::format("{}-", whole / 86'400) : "";
  return fmt::format("{}{:02}:{:02}:{:02}", day, whole / 3600 % 24, whole / 60 % 60, whole % 60);
}

}  // namespace pbt
