#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/toml_document.h"
#include "pbt/value.h"

namespace pbt {

/// "lander.toml:12: workers.count: message", as a UsageError.
[[noreturn]] void fail_at(const std::string& source, int line, const std::string& key, const std::string& message);

/// Takes the keys of one TOML table by name and type. What nobody took is an unknown key: finish() says so, with the
/// nearest of the names that were asked for, or ours where it is Ray Tune's.
class TableReader {
 public:
  /// `path`: dotted, empty for the root. `table` must outlive the reader; null reads as an empty table.
  TableReader(const TomlNode* table, std::string path, std::string source);

  /// The value of `key`, or null. Marks it as known.
  [[nodiscard]] const TomlNode* take(std::string_view key);

  // Each leaves `out` as it is when the key is absent and throws UsageError when its value is of another type or out of
  // range.
  void flag(std::string_view key, bool& out);
  void integer(std::string_view key, std::int64_t& out, std::int64_t low);
  void integer(std::string_view key, int& out, int low);
  void real(std::string_view key, double& out);
  void text(std::string_view key, std::string& out);
  void texts(std::string_view key, std::vector<std::string>& out, std::string_view hint = {});
  void text_map(std::string_view key, std::map<std::string, std::string>& out);
  void reals(std::string_view key, std::vector<double>& out);
  void duration_s(std::string_view key, double& out);
  void bytes(std::string_view key, std::uint64_t& out);
  /// One of `names`, by its position; nearest name in the error.
  void one_of(std::string_view key, const std::vector<std::string>& names, std::size_t& out);
  /// A table of its own; an empty reader when absent.
  [[nodiscard]] TableReader table(std::string_view key);

  [[nodiscard]] bool present() const { return table_ != nullptr; }
  [[nodiscard]] bool contains(std::string_view key) const;
  [[nodiscard]] int line() const { return line_; }
  [[nodiscard]] const std::string& source() const { return source_; }
  [[nodiscard]] std::string dotted(std::string_view key) const;
  [[noreturn]] void fail(std::string_view key, const TomlNode& node, const std::string& message) const;

  /// Throws UsageError at the first key that nobody took.
  void finish() const;

 private:
  const TomlNode::Table* table_ = nullptr;
  int line_ = 0;
  std::string path_;
  std::string source_;
  std::vector<std::string> asked_;
};

/// A hyperparameter's value; nothing when the node is an array or a table.
[[nodiscard]] std::optional<Value> scalar(const TomlNode& node);
/// An integer or a real, as a real.
[[nodiscard]] std::optional<double> number(const TomlNode& node);

}  // namespace pbt
