#include "pbt/value.h"

#include <charconv>
#include <cmath>
#include <stdexcept>

namespace pbt {
namespace {

const Value& at(const Hyperparameters& values, std::string_view name) {
  if (const Value* value = values.find(name)) return *value;
  std::string known;
  for (const auto& [other, unused] : values) known += (known.empty() ? "" : ", ") + other;
  throw std::out_of_range("no hyperparameter \"" + std::string(name) + "\"; there are: " + known);
}

std::invalid_argument wrong_type(std::string_view name, const Value& value, const std::string& expected) {
  return std::invalid_argument("hyperparameter \"" + std::string(name) + "\" is " + to_string(value) + ", not " +
                               expected);
}

}  // namespace

const Value* Hyperparameters::find(std::string_view name) const {
  const auto it = values_.find(name);
  return it == values_.end() ? nullptr : &it->second;
}

void Hyperparameters::erase(std::string_view name) {
  if (const auto it = values_.find(name); it != values_.end()) values_.erase(it);
}

double Hyperparameters::real(std::string_view name) const {
  const Value& value = at(*this, name);
  if (const auto* real = std::get_if<double>(&value)) return *real;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? 1.0 : 0.0;
  throw wrong_type(name, value, "a number");
}

std::int64_t Hyperparameters::integer(std::string_view name) const {
  const Value& value = at(*this, name);
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? 1 : 0;
  if (const auto* real = std::get_if<double>(&value); real && std::trunc(*real) == *real && std::fabs(*real) <= 0x1p53)
    return static_cast<std::int64_t>(*real);
  throw wrong_type(name, value, "an integer");
}

const std::string& Hyperparameters::text(std::string_view name) const {
  const Value& value = at(*this, name);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  throw wrong_type(name, value, "a text");
}

std::string to_string(const Value& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, std::get<double>(value)).ptr;
  return std::string(buffer, end);
}

}  // namespace pbt
