#include "tests/simulation/faults.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/nearest.h"
#include "pbt/error.h"

namespace pbt::simulation {
namespace {

constexpr double turns = -1;  // `most` of the world's events is in turns: the fewest between two of them

constexpr FaultField fields[] = {
    {"store_crash", &Faults::store_crash, 0.05},
    {"store_error", &Faults::store_error, 0.05},
    {"store_stall", &Faults::store_stall, 0.02},
    {"store_latency", &Faults::store_latency, 1},
    {"renewal_twice", &Faults::renewal_twice, 0.5},
    {"storage_crash", &Faults::storage_crash, 0.05},
    {"storage_error", &Faults::storage_error, 0.05},
    {"trainer_crash", &Faults::trainer_crash, 0.3},
    {"trainer_hang", &Faults::trainer_hang, 0.1},
    {"trainer_diverge", &Faults::trainer_diverge, 0.3},
    {"trainer_lie", &Faults::trainer_lie, 0.3},
    {"trainer_overshoot", &Faults::trainer_overshoot, 0.5},
    {"slowest", &Faults::slowest, 100},
    {"kill_every", &Faults::kill_every, turns},
    {"stop_every", &Faults::stop_every, turns},
    {"power_cut_every", &Faults::power_cut_every, turns * 5},
    {"outage_every", &Faults::outage_every, turns * 5},
    {"disk_full_every", &Faults::disk_full_every, turns * 5},
    {"join_every", &Faults::join_every, turns},
    {"leave_every", &Faults::leave_every, turns},
    {"clock_step_every", &Faults::clock_step_every, turns * 5},
    {"person_every", &Faults::person_every, turns},
    {"skew_s", &Faults::skew_s, 3600},
};

double log_uniform(Random& random, double low, double high) { return low * std::pow(high / low, random.uniform()); }

}  // namespace

std::span<const FaultField> fault_fields() { return fields; }

Faults draw_faults(Random& random, double turn_s) {
  Faults faults;
  for (const FaultField& field : fields) {
    if (random.bernoulli(0.5)) continue;
    const bool of_the_world = field.most < 0;
    const double low = of_the_world                      ? -field.most * turn_s / 2
                       : field.value == &Faults::slowest ? 1
                                                         : field.most / 1000;
    faults.*field.value = log_uniform(random, low, of_the_world ? low * 100 : field.most);
  }
  return faults;
}

std::string to_json(const Faults& faults) {
  nlohmann::ordered_json json;
  for (const FaultField& field : fields) json[field.name] = faults.*field.value;
  return json.dump(2);
}

void read_json(const std::string& text, Faults& faults) {
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) throw UsageError("the faults: expected a JSON object such as {\"store_crash\": 0.01}");
  std::vector<std::string> names;
  for (const FaultField& field : fields) names.push_back(field.name);
  for (const auto& [name, value] : json.items()) {
    const auto field = std::ranges::find(fields, name, [](const FaultField& f) { return std::string(f.name); });
    if (field == std::end(fields))
      throw UsageError("the faults: there is no fault " + name + did_you_mean(name, names));
    if (!value.is_number() || value.get<double>() < 0 || !std::isfinite(value.get<double>()))
      throw UsageError("the faults: " + name + ": expected a number of 0 or more, not " + value.dump());
    faults.*field->value = value.get<double>();
  }
}

}  // namespace pbt::simulation
