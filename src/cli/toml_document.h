#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace pbt {

struct TomlEntry;

/// One value of a TOML document, with where it stands: what errors need to name the line. Keys keep the file's order.
struct TomlNode {
  using Array = std::vector<TomlNode>;
  using Table = std::vector<TomlEntry>;

  std::variant<bool, std::int64_t, double, std::string, Array, Table> value;
  int line = 0;  ///< from 1

  [[nodiscard]] const Table* table() const { return std::get_if<Table>(&value); }
  [[nodiscard]] const Array* array() const { return std::get_if<Array>(&value); }
};

/// One key of a table. A struct, because a std::pair of a type that is not yet complete is none for Clang.
struct TomlEntry {
  std::string key;
  TomlNode node;
};

/// Reads a whole document; the result is its root table. Throws UsageError with `source`, line and column.
[[nodiscard]] TomlNode parse_toml(std::string_view text, const std::string& source);

/// What a node is, for messages: "a text", "an integer", "a table" ...
[[nodiscard]] std::string describe(const TomlNode& node);

/// A key as TOML writes it: quoted unless it is bare.
[[nodiscard]] std::string toml_key(std::string_view key);
/// A text in quotes, escaped.
[[nodiscard]] std::string toml_text(std::string_view text);
/// A real that reads back to the same bits, and as a real: 1.0, 1e-05.
[[nodiscard]] std::string toml_real(double number);

}  // namespace pbt
