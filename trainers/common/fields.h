#pragma once

#include <cmath>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "pbt/value.h"

namespace pbt::trainers {

/// One hyperparameter of a trainer: its name, where it lies in the trainer's `Config`, and what it may be.
template <class Config>
struct Field {
  const char* name;
  std::variant<double Config::*, std::int64_t Config::*> member;
  double low;   ///< inclusive
  double high;  ///< inclusive
  const char* help;
};

/// `defaults`, overridden by what is given. Throws std::invalid_argument for a value outside its range.
template <class Config>
[[nodiscard]] Config config_from(const std::vector<Field<Config>>& fields, const Hyperparameters& given,
                                 Config defaults = {}) {
  for (const Field<Config>& field : fields) {
    if (!given.contains(field.name)) continue;
    const double value = given.real(field.name);
    if (!(std::isfinite(value) && value >= field.low && value <= field.high))
      throw std::invalid_argument(std::string(field.name) + " is " + to_string(*given.find(field.name)) +
                                  ", expected " + to_string(Value(field.low)) + " to " + to_string(Value(field.high)));
    if (const auto* real = std::get_if<double Config::*>(&field.member)) defaults.*(*real) = value;
    if (const auto* integer = std::get_if<std::int64_t Config::*>(&field.member))
      defaults.*(*integer) = given.integer(field.name);
  }
  return defaults;
}

/// All of them, as they stand.
template <class Config>
[[nodiscard]] Hyperparameters hyperparameters_from(const std::vector<Field<Config>>& fields, const Config& config) {
  Hyperparameters values;
  for (const Field<Config>& field : fields)
    std::visit([&](auto member) { values.set(field.name, Value(config.*member)); }, field.member);
  return values;
}

/// The names in `given` that no field has.
template <class Config>
[[nodiscard]] std::vector<std::string> unknown_names(const std::vector<Field<Config>>& fields,
                                                     const Hyperparameters& given) {
  std::vector<std::string> names;
  for (const auto& [name, value] : given) {
    bool known = false;
    for (const Field<Config>& field : fields) known = known || name == field.name;
    if (!known) names.push_back(name);
  }
  return names;
}

}  // namespace pbt::trainers
