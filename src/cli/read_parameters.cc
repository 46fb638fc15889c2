#include "cli/read_parameters.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "cli/table_reader.h"
#include "pbt/error.h"

namespace pbt {
namespace {

/// A table is one parameter when one of these is a plain value in it; otherwise it holds more parameters.
constexpr std::array kDomainKeys{"low", "high", "values", "value"};
/// What people write instead. In a table without a domain they are no hyperparameters' names but mistakes.
constexpr std::array kLikelyMistakes{
    "min",         "max",        "lower", "upper",   "lo",      "hi",   "choices",    "choice",  "uniform",
    "loguniform",  "scale",      "type",  "quantum", "ordered", "when", "structural", "factors", "resample_probability",
    "lower_bound", "upper_bound"};

const TomlNode* find(const TomlNode::Table& table, std::string_view key) {
  for (const auto& [name, node] : table) {
    if (name == key) return &node;
  }
  return nullptr;
}

bool is_parameter(const TomlNode::Table& table) {
  for (const char* key : kDomainKeys) {
    if (const TomlNode* node = find(table, key); node != nullptr && node->table() == nullptr) return true;
  }
  return false;
}

void refuse_mistakes(const TomlNode::Table& table, const std::string& name, const std::string& source) {
  for (const char* key : kLikelyMistakes) {
    const TomlNode* node = find(table, key);
    if (node == nullptr || node->table() != nullptr) continue;
    fail_at(source, node->line, name,
            fmt::format("\"{}\" does not make a range; expected low and high, or values, or value: "
                        "{{ low = 1e-5, high = 1e-2, scale = \"log\" }}",
                        key));
  }
}

std::vector<Value> read_list(const TableReader& reader, std::string_view key, const TomlNode& node) {
  std::vector<Value> values;
  if (node.array() == nullptr) reader.fail(key, node, "expected an array of values, not " + describe(node));
  for (const TomlNode& child : *node.array()) {
    const auto value = scalar(child);
    if (!value) reader.fail(key, child, "expected a number, a text or a boolean, not " + describe(child));
    values.push_back(*value);
  }
  return values;
}

RealRange read_real_range(TableReader& reader) {
  RealRange range;
  reader.real("low", range.low);
  reader.real("high", range.high);
  reader.real("quantum", range.quantum);
  std::size_t scale = 0;
  reader.one_of("scale", {"linear", "log", "one_minus_log"}, scale);
  range.scale = static_cast<Scale>(scale);
  return range;
}

IntegerRange read_integer_range(TableReader& reader) {
  IntegerRange range;
  reader.integer("low", range.low, INT64_MIN);
  reader.integer("high", range.high, INT64_MIN);
  reader.integer("quantum", range.quantum, 1);
  std::size_t scale = 0;
  reader.one_of("scale", {"linear", "log"}, scale);
  range.scale = static_cast<Scale>(scale);
  return range;
}

void read_domain(TableReader& reader, const TomlNode& node, Parameter& parameter) {
  const int forms = (reader.contains("values") ? 1 : 0) + (reader.contains("value") ? 1 : 0) +
                    (reader.contains("low") || reader.contains("high") ? 1 : 0);
  if (forms != 1) {
    fail_at(reader.source(), node.line, "hyperparameters." + parameter.name,
            "expected one of: low and high (a range), values (choices), value (fixed)");
  }
  if (const TomlNode* values = reader.take("values")) {
    Choices choices{read_list(reader, "values", *values)};
    unify_numbers(choices.values);
    reader.flag("ordered", choices.ordered);
    parameter.domain = std::move(choices);
    return;
  }
  if (const TomlNode* value = reader.take("value")) {
    const auto fixed = scalar(*value);
    if (!fixed) reader.fail("value", *value, "expected a number, a text or a boolean, not " + describe(*value));
    parameter.domain = Fixed{*fixed};
    return;
  }
  for (const char* bound : {"low", "high"}) {
    if (!reader.contains(bound)) {
      fail_at(reader.source(), node.line, "hyperparameters." + parameter.name, fmt::format("\"{}\" is missing", bound));
    }
  }
  std::size_t type = 0;
  reader.one_of("type", {"real", "int"}, type);
  if (type == 1) {
    parameter.domain = read_integer_range(reader);
  } else {
    parameter.domain = read_real_range(reader);
  }
}

void read_options(TableReader& reader, Parameter& parameter) {
  reader.flag("structural", parameter.structural);
  reader.reals("factors", parameter.factors);
  if (reader.contains("resample_probability")) {
    double probability = 0;
    reader.real("resample_probability", probability);
    parameter.resample_probability = probability;
  }
  if (const TomlNode* when = reader.take("when")) {
    if (when->table() == nullptr || when->table()->size() != 1) {
      reader.fail("when", *when, "expected one other hyperparameter and its values: { activation = \"relu\" }");
    }
    const auto& [other, values] = when->table()->front();
    const auto single = scalar(values);
    parameter.when = Condition{other, single ? std::vector<Value>{*single} : read_list(reader, "when", values)};
  }
}

Parameter read_parameter(const TomlNode& node, const std::string& name, const std::string& source) {
  Parameter parameter;
  parameter.name = name;
  TableReader reader(&node, "hyperparameters." + name, source);
  read_domain(reader, node, parameter);
  read_options(reader, parameter);
  reader.finish();
  // Checked by itself, so that the error can name its line; what concerns others (when) is checked with the whole
  // space.
  Parameter alone = parameter;
  alone.when.reset();
  try {
    validate(Space{{alone}, {}});
  } catch (const UsageError& error) {
    throw UsageError(fmt::format("{}:{}: {}", source, node.line, error.what()));
  }
  return parameter;
}

void read_into(const TomlNode::Table& table, const std::string& prefix, const std::string& source,
               std::vector<Parameter>& out) {
  for (const auto& [key, node] : table) {
    const std::string name = prefix + key;
    if (const auto value = scalar(node)) {
      out.push_back(Parameter{name, Fixed{*value}, {}, false, {}, {}});
    } else if (node.array() != nullptr) {
      fail_at(source, node.line, "hyperparameters." + name,
              "a plain array is not a domain; write { values = [...] } for choices");
    } else if (is_parameter(*node.table())) {
      out.push_back(read_parameter(node, name, source));
    } else {
      refuse_mistakes(*node.table(), "hyperparameters." + name, source);
      read_into(*node.table(), name + '.', source, out);
    }
  }
}

}  // namespace

std::vector<Parameter> read_parameters(const TomlNode& table, const std::string& source) {
  if (table.table() == nullptr)
    fail_at(source, table.line, "hyperparameters", "expected a table, not " + describe(table));
  std::vector<Parameter> parameters;
  read_into(*table.table(), "", source, parameters);
  return parameters;
}

void read_values(const TomlNode& table, const std::string& prefix, const std::string& source, Hyperparameters& out) {
  for (const auto& [key, node] : *table.table()) {
    const std::string name = prefix + key;
    if (const auto value = scalar(node)) {
      if (out.contains(name)) fail_at(source, node.line, name, "given twice in this row");
      out.set(name, *value);
    } else if (node.table() != nullptr) {
      read_values(node, name + '.', source, out);
    } else {
      fail_at(source, node.line, name, "expected one value, not an array");
    }
  }
}

void unify_numbers(std::vector<Value>& values) {
  bool numbers = true;
  bool reals = false;
  for (const Value& value : values) {
    reals = reals || std::holds_alternative<double>(value);
    numbers = numbers && (std::holds_alternative<double>(value) || std::holds_alternative<std::int64_t>(value));
  }
  if (!numbers || !reals) return;
  for (Value& value : values) {
    if (const auto* whole = std::get_if<std::int64_t>(&value)) value = static_cast<double>(*whole);
  }
}

Value fit_type(const Parameter& parameter, const Value& value) {
  bool real = std::holds_alternative<RealRange>(parameter.domain);
  bool integer = std::holds_alternative<IntegerRange>(parameter.domain);
  if (const auto* choices = std::get_if<Choices>(&parameter.domain); choices != nullptr && !choices->values.empty()) {
    real = std::holds_alternative<double>(choices->values.front());
    integer = std::holds_alternative<std::int64_t>(choices->values.front());
  }
  const auto* whole = std::get_if<std::int64_t>(&value);
  if (real && whole != nullptr) return static_cast<double>(*whole);
  const auto* number = std::get_if<double>(&value);
  if (integer && number != nullptr && std::trunc(*number) == *number && std::fabs(*number) <= 0x1p53) {
    return static_cast<std::int64_t>(*number);
  }
  return value;
}

}  // namespace pbt
