#include "algorithm/hand_schedule.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "algorithm/settings.h"

namespace pbt {
namespace {

constexpr std::string_view prefix = "schedule.";

/// The settings of each scheduled hyperparameter, by their own names.
std::map<std::string, Settings> by_parameter(const Settings& settings) {
  std::map<std::string, Settings> groups;
  for (const auto& [name, setting] : settings) {
    if (!name.starts_with(prefix)) continue;
    const std::size_t dot = name.rfind('.');
    if (dot < prefix.size())  // "schedule.learning_rate = ..."
      groups[name.substr(prefix.size())][""] = setting;
    else
      groups[name.substr(prefix.size(), dot - prefix.size())][name.substr(dot + 1)] = setting;
  }
  return groups;
}

HandSchedule read_one(const std::string& name, const Settings& settings) {
  SettingsReader reader(settings, "[algorithm.schedule] " + name);
  if (settings.contains("")) reader.fail("it", "must be a table: { shape = \"cosine\", from = 1e-3, to = 1e-5 }");
  constexpr double any = std::numeric_limits<double>::max();
  HandSchedule schedule;
  if (!reader.has("shape")) reader.fail("shape", "is missing: one of piecewise, linear, cosine, inverse_sqrt");
  schedule.shape =
      static_cast<HandSchedule::Shape>(reader.one_of("shape", {"piecewise", "linear", "cosine", "inverse_sqrt"}, 0));
  const auto need = [&](const std::string& key) {
    if (!reader.has(key)) reader.fail(key, "is missing");
    return reader.real(key, 0, -any, any);
  };
  switch (schedule.shape) {
    case HandSchedule::Shape::piecewise:
      schedule.steps = reader.reals("steps", {0});
      schedule.values = reader.reals("values", {});
      if (schedule.values.size() != schedule.steps.size())
        reader.fail("values", "must be as many as steps, each the value from that step on");
      if (schedule.steps.front() != 0 ||
          std::ranges::adjacent_find(schedule.steps, std::ranges::greater_equal{}) != schedule.steps.end())
        reader.fail("steps", "must begin with 0 and grow");
      break;
    case HandSchedule::Shape::linear:
    case HandSchedule::Shape::cosine:
      schedule.from = need("from");
      schedule.to = need("to");
      schedule.warmup = reader.real("warmup", 0, 0, any);
      // Not the budget unless it is said: that may be raised, and what was decided must still follow from the record.
      if (!reader.has("end")) reader.fail("end", "is missing: the step where it ends, such as the budget's");
      schedule.end = reader.real("end", 1, 1, any);
      if (schedule.end <= schedule.warmup) reader.fail("end", "must be after the warm-up");
      break;
    case HandSchedule::Shape::inverse_sqrt:
      schedule.from = need("peak");
      if (!reader.has("warmup")) reader.fail("warmup", "is missing: the steps until the peak");
      schedule.warmup = reader.real("warmup", 1, 1, any);
      break;
  }
  reader.finish();
  return schedule;
}

}  // namespace

double HandSchedule::at(double step) const {
  if (shape == Shape::piecewise) {
    const auto next = std::ranges::upper_bound(steps, step);
    return values[static_cast<std::size_t>(std::max<std::ptrdiff_t>(next - steps.begin() - 1, 0))];
  }
  if (step < warmup) return from * step / warmup;
  if (shape == Shape::inverse_sqrt) return from * std::sqrt(warmup / step);
  const double progress = std::clamp((step - warmup) / (end - warmup), 0.0, 1.0);
  if (shape == Shape::linear) return from + (to - from) * progress;
  return to + (from - to) * (1 + std::cos(std::numbers::pi * progress)) / 2;
}

std::map<std::string, HandSchedule> read_hand_schedules(const Settings& settings) {
  std::map<std::string, HandSchedule> schedules;
  for (const auto& [name, group] : by_parameter(settings)) schedules.emplace(name, read_one(name, group));
  return schedules;
}

}  // namespace pbt
