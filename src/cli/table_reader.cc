#include "cli/table_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "cli/quantities.h"
#include "core/nearest.h"
#include "core/ray_names.h"
#include "pbt/error.h"

namespace pbt {

void fail_at(const std::string& source, int line, const std::string& key, const std::string& message) {
  // What a file that this one extends says has no line here.
  const std::string place = line == 0 ? source : fmt::format("{}:{}", source, line);
  throw UsageError(fmt::format("{}: {}: {}", place, key, message));
}

TableReader::TableReader(const TomlNode* table, std::string path, std::string source)
    : path_(std::move(path)), source_(std::move(source)) {
  if (table == nullptr) return;
  table_ = table->table();
  line_ = table->line;
  if (table_ == nullptr) fail_at(source_, line_, path_, fmt::format("expected a table, not {}", describe(*table)));
}

const TomlNode* TableReader::take(std::string_view key) {
  asked_.emplace_back(key);
  if (table_ == nullptr) return nullptr;
  const auto it = std::find_if(table_->begin(), table_->end(), [&](const auto& entry) { return entry.key == key; });
  return it == table_->end() ? nullptr : &it->node;
}

bool TableReader::contains(std::string_view key) const {
  return table_ != nullptr &&
         std::any_of(table_->begin(), table_->end(), [&](const auto& entry) { return entry.key == key; });
}

std::string TableReader::dotted(std::string_view key) const {
  return path_.empty() ? std::string(key) : path_ + '.' + std::string(key);
}

void TableReader::fail(std::string_view key, const TomlNode& node, const std::string& message) const {
  fail_at(source_, node.line, dotted(key), message);
}

void TableReader::flag(std::string_view key, bool& out) {
  const TomlNode* node = take(key);
  if (node == nullptr) return;
  const bool* value = std::get_if<bool>(&node->value);
  if (value == nullptr) fail(key, *node, fmt::format("expected true or false, not {}", describe(*node)));
  out = *value;
}

void TableReader::integer(std::string_view key, std::int64_t& out, std::int64_t low) {
  const TomlNode* node = take(key);
  if (node == nullptr) return;
  const auto* whole = std::get_if<std::int64_t>(&node->value);
  const auto* real = std::get_if<double>(&node->value);
  // 1e6 is a real in TOML, and what many people write for a million steps.
  const bool whole_real = real != nullptr && std::trunc(*real) == *real && std::fabs(*real) <= 0x1p53;
  if (whole == nullptr && !whole_real) fail(key, *node, fmt::format("expected an integer, not {}", describe(*node)));
  const std::int64_t value = whole != nullptr ? *whole : static_cast<std::int64_t>(*real);
  if (value < low) fail(key, *node, fmt::format("expected an integer of at least {}, not {}", low, value));
  out = value;
}

void TableReader::integer(std::string_view key, int& out, int low) {
  std::int64_t value = out;
  integer(key, value, static_cast<std::int64_t>(low));
  if (value > 1'000'000'000)
    fail_at(source_, line_, dotted(key), fmt::format("expected at most 1,000,000,000, not {}", value));
  out = static_cast<int>(value);
}

void TableReader::real(std::string_view key, double& out) {
  const TomlNode* node = take(key);
  if (node == nullptr) return;
  const auto value = number(*node);
  if (!value) fail(key, *node, fmt::format("expected a number, not {}", describe(*node)));
  out = *value;
}

void TableReader::text(std::string_view key, std::string& out) {
  const TomlNode* node = take(key);
  if (node == nullptr) return;
  const auto* value = std::get_if<std::string>(&node->value);
  if (value == nullptr) fail(key, *node, fmt::format("expected a text in quotes, not {}", describe(*node)));
  out = *value;
}

void TableReader::texts(std::string_view key, std::vector<std::string>& out, std::string_view hint) {
  const TomlNode* node = take(key);
  if (node == nullptr) return;
  const std::string expected = fmt::format("expected an array of texts{}", hint);
  if (node->array() == nullptr) fail(key, *node, fmt::format("{}, not {}", expected, describe(*node)));
  out.clear();
  for (const TomlNode& child : *node->array()) {
    const auto* value = std::get_if<std::string>(&child.value);
    if (value == nullptr)
      fail(key, child, fmt::format("{}; {} is not one: put it in quotes", expected, describe(child)));
    out.push_back(*value);
  }
}

void TableReader::text_map(std::string_view key, std::map<std::string, std::string>& out) {
  const TomlNode* node = take(key);
  if (node == nullptr) return;
  if (node->table() == nullptr) {
    fail(key, *node, fmt::format("expected a table of texts, like {{ NAME = \"value\" }}, not {}", describe(*node)));
  }
  for (const auto& [name, child] : *node->table()) {
    const auto value = scalar(child);
    if (!value) fail_at(source_, child.line, dotted(key) + '.' + name, "expected a text, not " + describe(child));
    out[name] = to_string(*value);
  }
}

void TableReader::reals(std::string_view key, std::vector<double>& out) {
  const TomlNode* node = take(key);
  if (node == nullptr) return;
  if (node->array() == nullptr) fail(key, *node, fmt::format("expected an array of numbers, not {}", describe(*node)));
  out.clear();
  for (const TomlNode& child : *node->array()) {
    const auto value = number(child);
    if (!value) fail(key, child, fmt::format("expected an array of numbers; {} is not one", describe(child)));
    out.push_back(*value);
  }
}

void TableReader::duration_s(std::string_view key, double& out) {
  const TomlNode* node = take(key);
  if (node == nullptr) return;
  std::optional<double> value = number(*node);
  if (const auto* text = std::get_if<std::string>(&node->value)) value = parse_duration_s(*text);
  if (!value || !(*value >= 0) || !std::isfinite(*value)) {
    fail(key, *node,
         fmt::format("expected a duration like \"2h\", \"90m\", \"1h30m\" or a number of seconds, not {}",
                     describe(*node)));
  }
  out = *value;
}

void TableReader::bytes(std::string_view key, std::uint64_t& out) {
  const TomlNode* node = take(key);
  if (node == nullptr) return;
  std::optional<std::uint64_t> value;
  if (const auto* whole = std::get_if<std::int64_t>(&node->value); whole != nullptr && *whole >= 0) {
    value = static_cast<std::uint64_t>(*whole);
  }
  if (const auto* text = std::get_if<std::string>(&node->value)) value = parse_bytes(*text);
  if (!value) fail(key, *node, fmt::format("expected a size like \"10 GB\" or \"512 MiB\", not {}", describe(*node)));
  out = *value;
}

void TableReader::one_of(std::string_view key, const std::vector<std::string>& names, std::size_t& out) {
  const TomlNode* node = take(key);
  if (node == nullptr) return;
  const auto* value = std::get_if<std::string>(&node->value);
  const auto it = value == nullptr ? names.end() : std::find(names.begin(), names.end(), *value);
  if (it == names.end()) {
    const std::string hint = value == nullptr ? "" : did_you_mean(*value, names);
    fail(key, *node, fmt::format("expected \"{}\", not {}{}", fmt::join(names, "\" or \""), describe(*node), hint));
  }
  out = static_cast<std::size_t>(it - names.begin());
}

TableReader TableReader::table(std::string_view key) { return {take(key), dotted(key), source_}; }

void TableReader::finish() const {
  if (table_ == nullptr) return;
  for (const auto& [name, node] : *table_) {
    if (std::find(asked_.begin(), asked_.end(), name) != asked_.end()) continue;
    std::string hint = ray_tune_name(name);
    if (hint.empty()) hint = did_you_mean(name, asked_);
    if (hint.empty()) hint = fmt::format("; the keys here are: {}", fmt::join(asked_, ", "));
    fail(name, node, "unknown key" + hint);
  }
}

std::optional<Value> scalar(const TomlNode& node) {
  if (const auto* flag = std::get_if<bool>(&node.value)) return *flag;
  if (const auto* whole = std::get_if<std::int64_t>(&node.value)) return *whole;
  if (const auto* real = std::get_if<double>(&node.value)) return *real;
  if (const auto* text = std::get_if<std::string>(&node.value)) return *text;
  return std::nullopt;
}

std::optional<double> number(const TomlNode& node) {
  if (const auto* whole = std::get_if<std::int64_t>(&node.value)) return static_cast<double>(*whole);
  if (const auto* real = std::get_if<double>(&node.value)) return *real;
  return std::nullopt;
}

}  // namespace pbt
