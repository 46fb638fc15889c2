#include "cli/toml_document.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <tuple>

#include "pbt/error.h"

namespace pbt {
namespace {

int line_of(const toml::node& node) { return static_cast<int>(node.source().begin.line); }

TomlNode convert(const toml::node& node, const std::string& source);

TomlNode::Table convert_table(const toml::table& table, const std::string& source) {
  TomlNode::Table result;
  for (const auto& [key, child] : table) {
    result.push_back({std::string(key.str()), convert(child, source)});
    result.back().node.line = static_cast<int>(key.source().begin.line);
  }
  // toml++ sorts its keys; the order of the file is what people expect to find again. A table's own line can be that of
  // its header or of its first sub-table, so only the position of the key itself counts.
  std::vector<std::tuple<toml::source_index, toml::source_index, std::size_t>> order;
  for (const auto& [key, child] : table) {
    const toml::source_position& begin = key.source().begin;
    order.emplace_back(begin.line, begin.column, order.size());
  }
  std::sort(order.begin(), order.end());
  TomlNode::Table sorted;
  for (const auto& [line, column, at] : order) sorted.push_back(std::move(result[at]));
  return sorted;
}

TomlNode convert(const toml::node& node, const std::string& source) {
  TomlNode result;
  result.line = line_of(node);
  switch (node.type()) {
    case toml::node_type::table:
      result.value = convert_table(*node.as_table(), source);
      break;
    case toml::node_type::array: {
      TomlNode::Array array;
      for (const auto& child : *node.as_array()) array.push_back(convert(child, source));
      result.value = std::move(array);
      break;
    }
    case toml::node_type::string:
      result.value = std::string(node.as_string()->get());
      break;
    case toml::node_type::integer:
      result.value = node.as_integer()->get();
      break;
    case toml::node_type::floating_point:
      result.value = node.as_floating_point()->get();
      break;
    case toml::node_type::boolean:
      result.value = node.as_boolean()->get();
      break;
    default:
      throw UsageError(fmt::format("{}:{}: dates and times are not used in experiment files; put the value in quotes",
                                   source, result.line));
  }
  return result;
}

}  // namespace

TomlNode parse_toml(std::string_view text, const std::string& source) {
  try {
    const toml::table table = toml::parse(text, source);
    TomlNode root{convert_table(table, source), 1};
    return root;
  } catch (const toml::parse_error& error) {
    const auto& begin = error.source().begin;
    throw UsageError(
        fmt::format("{}:{}:{}: this is not valid TOML: {}", source, begin.line, begin.column, error.description()));
  }
}

std::string describe(const TomlNode& node) {
  constexpr const char* names[] = {"a boolean", "an integer", "a real", "a text", "an array", "a table"};
  const std::string name = names[node.value.index()];
  if (const auto* flag = std::get_if<bool>(&node.value)) return fmt::format("{} ({})", name, *flag);
  if (const auto* integer = std::get_if<std::int64_t>(&node.value)) return fmt::format("{} ({})", name, *integer);
  if (const auto* real = std::get_if<double>(&node.value)) return fmt::format("{} ({})", name, toml_real(*real));
  if (const auto* text = std::get_if<std::string>(&node.value)) return fmt::format("{} ({})", name, toml_text(*text));
  return name;
}

std::string toml_key(std::string_view key) {
  const auto bare = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '-'; };
  if (!key.empty() && std::all_of(key.begin(), key.end(), bare)) return std::string(key);
  return toml_text(key);
}

std::string toml_text(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (c == '\n') {
      result += "\\n";
    } else if (c == '\t') {
      result += "\\t";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      result += fmt::format("\\u{:04X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else {
      result += c;
    }
  }
  return result + '"';
}

std::string toml_real(double number) {
  if (std::isnan(number)) return "nan";
  std::string text = fmt::format("{}", number);  // the shortest form that reads back to the same bits
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return text;
}

}  // namespace pbt
