#include "core/json.h"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/printable.h"
#include "pbt/error.h"

namespace pbt {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

std::string quoted(const nlohmann::json& json) { return printable(dump(json), 100); }

bool is_nested_too_deep(std::string_view text) {
  int depth = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') in_text = !in_text;
    if (in_text) {
      if (c == '\\') ++i;
    } else if (c == '[' || c == '{') {
      if (++depth > json_depth_max) return true;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return false;
}

const nlohmann::json& object(const nlohmann::json& json, const char* what) {
  if (!json.is_object()) throw Error(std::string("expected an object of ") + what + ", got " + quoted(json));
  return json;
}

}  // namespace

nlohmann::json to_json(const Value& value) {
  return std::visit([](const auto& v) { return nlohmann::json(v); }, value);
}

nlohmann::json to_json(const Hyperparameters& values) {
  nlohmann::json json = nlohmann::json::object();
  for (const auto& [name, value] : values) json[name] = to_json(value);
  return json;
}

nlohmann::json number_to_json(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
  return number;
}

nlohmann::json to_json(const Metrics& metrics) {
  nlohmann::json json = nlohmann::json::object();
  for (const auto& [name, value] : metrics) json[name] = number_to_json(value);
  return json;
}

nlohmann::json to_json(const std::vector<double>& samples) {
  nlohmann::json json = nlohmann::json::array();
  for (const double sample : samples) json.push_back(number_to_json(sample));
  return json;
}

Value value_from_json(const nlohmann::json& json) {
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_number_unsigned() && json.get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()})
    throw Error("the integer " + quoted(json) + " does not fit into 64 bits");
  if (json.is_number_integer()) return json.get<std::int64_t>();
  if (json.is_number_float()) return json.get<double>();
  if (json.is_string()) return json.get<std::string>();
  throw Error("expected a number, a string or a boolean, got " + quoted(json));
}

Hyperparameters hyperparameters_from_json(const nlohmann::json& json) {
  Hyperparameters values;
  for (const auto& [name, value] : object(json, "hyperparameters").items()) values.set(name, value_from_json(value));
  return values;
}

double number_from_json(const nlohmann::json& json) {
  if (json.is_number()) return json.get<double>();
  if (json == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (json == "Infinity") return infinity;
  if (json == "-Infinity") return -infinity;
  throw Error("expected a number (or \"NaN\", \"Infinity\", \"-Infinity\"), got " + quoted(json));
}

Metrics metrics_from_json(const nlohmann::json& json) {
  Metrics metrics;
  for (const auto& [name, value] : object(json, "metrics").items()) metrics[name] = number_from_json(value);
  return metrics;
}

std::vector<double> samples_from_json(const nlohmann::json& json) {
  if (!json.is_array()) throw Error("expected a list of samples, got " + quoted(json));
  std::vector<double> samples;
  for (const auto& value : json) samples.push_back(number_from_json(value));
  return samples;
}

nlohmann::json try_parse_json(std::string_view text) {
  if (is_nested_too_deep(text)) return nlohmann::json::value_t::discarded;
  return nlohmann::json::parse(text, nullptr, false);
}

nlohmann::json parse_json(std::string_view text, const std::string& what) {
  if (is_nested_too_deep(text))
    throw Error(what + " is no JSON of ours: it is nested deeper than " + std::to_string(json_depth_max) + " levels");
  try {
    return nlohmann::json::parse(text);
  } catch (const nlohmann::json::exception& error) {  // also a number that no double holds
    throw Error(what + " is no JSON: " + printable(error.what(), 300));
  }
}

std::string dump(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string dump(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace pbt
