#include "trainer/command_result.h"

#include <limits>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "core/printable.h"
#include "pbt/error.h"

namespace pbt {
namespace {

using nlohmann::json;

constexpr std::size_t line_bytes_max = std::size_t{16} << 20U;

// Puts quotes around NaN, Infinity and -Infinity outside of strings, so that a strict parser takes them.
std::string quote_bare_numbers(std::string_view text) {
  std::string result;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string && c == '\\') {
      result += c;
      if (++i < text.size()) result += text[i];
      continue;
    }
    if (c == '"') in_string = !in_string;
    bool quoted = false;
    for (const std::string_view token : {"NaN", "Infinity", "-Infinity"}) {
      if (!in_string && !quoted && text.substr(i).starts_with(token)) {
        result.append("\"").append(token).append("\"");
        i += token.size() - 1;
        quoted = true;
      }
    }
    if (!quoted) result += c;
  }
  return result;
}

json parse(std::string_view text) { return try_parse_json(quote_bare_numbers(text)); }

double number(const json& value) {
  return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : number_from_json(value);
}

bool is_number(const json& value) {
  return value.is_number() || value.is_null() || value == "NaN" || value == "Infinity" || value == "-Infinity";
}

std::int64_t step(const json& value, const std::string& key) {
  const double number = value.is_number() ? value.get<double>() : -1;
  if (!(number >= 0 && number <= 9e15)) throw Error("\"" + key + "\" must be a number of steps");
  return value.get<std::int64_t>();
}

void read_steps(const json& object, const Assignment& turn, CommandResult& result) {
  result.report.step = turn.target_step();
  if (const auto found = object.find("steps"); found != object.end()) {
    result.report.step = turn.from_step + step(*found, "steps");
    result.says_step = true;
  }
  if (const auto found = object.find("step"); found != object.end()) {
    result.report.step = step(*found, "step");
    result.says_step = true;
  }
  if (const auto found = object.find("partial"); found != object.end()) {
    if (!found->is_boolean()) throw Error("\"partial\" must be true or false");
    result.says_partial = found->get<bool>();
  }
}

void read_metrics(const json& object, Metrics& metrics) {
  for (const auto& [name, value] : object.items()) {
    const bool ours = name == "step" || name == "steps" || name == "partial" || name == "samples" ||
                      name == "hyperparameters" || name == "unread" || name == "metrics";
    if (!ours && is_number(value)) metrics[name] = number(value);
  }
  const auto nested = object.find("metrics");
  if (nested == object.end()) return;
  if (!nested->is_object()) throw Error("\"metrics\" must be an object of numbers");
  for (const auto& [name, value] : nested->items()) metrics[name] = number(value);
}

}  // namespace

CommandResult read_command_result(std::string_view text, const Assignment& turn) {
  const json object = parse(text);
  if (!object.is_object()) throw Error("it is no JSON object: " + printable(text, 200));
  CommandResult result;
  read_steps(object, turn, result);
  read_metrics(object, result.report.metrics);
  if (const auto samples = object.find("samples"); samples != object.end()) {
    if (!samples->is_array()) throw Error("\"samples\" must be a list of numbers");
    for (const json& sample : *samples) result.report.samples.push_back(number(sample));
  }
  if (const auto values = object.find("hyperparameters"); values != object.end()) {
    result.report.in_effect = hyperparameters_from_json(*values);
  }
  if (const auto unread = object.find("unread"); unread != object.end() && unread->is_array()) {
    for (const json& name : *unread) {
      if (name.is_string()) result.report.unread.push_back(name.get<std::string>());
    }
  }
  return result;
}

void LastObject::add(std::string_view piece) {
  while (!piece.empty()) {
    const std::size_t end = piece.find('\n');
    const std::string_view part = piece.substr(0, end);
    overlong_ = overlong_ || line_.size() + part.size() > line_bytes_max;
    if (!overlong_) line_ += part;
    if (end == std::string_view::npos) return;
    end_line();
    piece.remove_prefix(end + 1);
  }
}

std::optional<std::string> LastObject::take() {
  end_line();
  return last_;
}

void LastObject::end_line() {
  // Progress bars go back to the beginning of their line; only what follows them is the line.
  std::string_view line = line_;
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  if (const std::size_t back = line.rfind('\r'); back != std::string_view::npos) line.remove_prefix(back + 1);
  const std::size_t first = line.find_first_not_of(" \t");
  if (!overlong_ && first != std::string_view::npos && line[first] == '{' && parse(line).is_object())
    last_ = line.substr(first);
  line_.clear();
  overlong_ = false;
}

}  // namespace pbt
