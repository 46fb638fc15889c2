#include "algorithm/settings.h"

#include <algorithm>
#include <optional>

#include "core/nearest.h"
#include "core/ray_names.h"
#include "pbt/error.h"

namespace pbt {
namespace {

std::string text(double x) { return to_string(Value(x)); }

std::string joined(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
  return all;
}

}  // namespace

std::string to_string(const Setting& setting) {
  if (const auto* flag = std::get_if<bool>(&setting)) return *flag ? "true" : "false";
  if (const auto* integer = std::get_if<std::int64_t>(&setting)) return std::to_string(*integer);
  if (const auto* real = std::get_if<double>(&setting)) return text(*real);
  if (const auto* words = std::get_if<std::string>(&setting)) return "\"" + *words + "\"";
  std::vector<std::string> numbers;
  for (const double x : std::get<std::vector<double>>(setting)) numbers.push_back(text(x));
  return "[" + joined(numbers) + "]";
}

void SettingsReader::fail(const std::string& name, const std::string& message) const {
  throw UsageError(where_ + ": " + name + " " + message);
}

const Setting* SettingsReader::take(const std::string& name) {
  asked_.push_back(name);
  const auto it = settings_.find(name);
  return it == settings_.end() ? nullptr : &it->second;
}

double SettingsReader::real(const std::string& name, double otherwise, double low, double high) {
  const Setting* setting = take(name);
  if (setting == nullptr) return otherwise;
  std::optional<double> value;
  if (const auto* real = std::get_if<double>(setting)) value = *real;
  if (const auto* integer = std::get_if<std::int64_t>(setting)) value = static_cast<double>(*integer);
  if (!value || !(*value >= low && *value <= high)) {
    fail(name, "must be a number from " + text(low) + " to " + text(high) + ", not " + to_string(*setting));
  }
  return *value;
}

std::int64_t SettingsReader::integer(const std::string& name, std::int64_t otherwise, std::int64_t low,
                                     std::int64_t high) {
  const Setting* setting = take(name);
  if (setting == nullptr) return otherwise;
  const auto* value = std::get_if<std::int64_t>(setting);
  if (value == nullptr || *value < low || *value > high) {
    fail(name, "must be an integer from " + std::to_string(low) + " to " + std::to_string(high) + ", not " +
                   to_string(*setting));
  }
  return *value;
}

std::vector<double> SettingsReader::reals(const std::string& name, std::vector<double> otherwise) {
  const Setting* setting = take(name);
  if (setting == nullptr) return otherwise;
  const auto* value = std::get_if<std::vector<double>>(setting);
  if (value == nullptr || value->empty()) fail(name, "must be a list of numbers, not " + to_string(*setting));
  return *value;
}

std::size_t SettingsReader::one_of(const std::string& name, const std::vector<std::string>& valid,
                                   std::size_t otherwise) {
  const Setting* setting = take(name);
  if (setting == nullptr) return otherwise;
  const auto* value = std::get_if<std::string>(setting);
  const auto it = value == nullptr ? valid.end() : std::find(valid.begin(), valid.end(), *value);
  if (it == valid.end()) {
    const std::string hint = value == nullptr ? "" : did_you_mean(*value, valid);
    fail(name, "must be one of " + joined(valid) + ", not " + to_string(*setting) + hint);
  }
  return static_cast<std::size_t>(it - valid.begin());
}

void SettingsReader::finish() const {
  for (const auto& [name, unused] : settings_) {
    if (std::find(asked_.begin(), asked_.end(), name) != asked_.end()) continue;
    std::string hint = ray_tune_name(name);
    if (hint.empty()) hint = did_you_mean(name, asked_);
    if (hint.empty()) hint = asked_.empty() ? "; it has no settings" : "; its settings are " + joined(asked_);
    fail(name, "is no setting of it" + hint);
  }
}

}  // namespace pbt
