#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>

namespace pbt {

/// One hyperparameter's value. Reals and integers are kept apart: 1.0 is a real, 1 an integer.
using Value = std::variant<bool, std::int64_t, double, std::string>;

/// Named hyperparameter values, ordered by name. Dotted names ("optimizer.lr") are plain names here.
class Hyperparameters {
 public:
  using Map = std::map<std::string, Value, std::less<>>;

  Hyperparameters() = default;
  Hyperparameters(std::initializer_list<Map::value_type> values) : values_(values) {}

  /// The value as a number: reals, integers, and booleans as 0 or 1.
  /// Throws std::out_of_range when absent, std::invalid_argument when it is a text.
  [[nodiscard]] double real(std::string_view name) const;
  /// The value as an integer; a real is accepted when it is whole. Throws as real() does.
  [[nodiscard]] std::int64_t integer(std::string_view name) const;
  /// The value as text. Throws std::out_of_range when absent, std::invalid_argument when it is no text.
  [[nodiscard]] const std::string& text(std::string_view name) const;

  [[nodiscard]] bool contains(std::string_view name) const { return values_.find(name) != values_.end(); }
  [[nodiscard]] const Value* find(std::string_view name) const;
  void set(std::string name, Value value) { values_.insert_or_assign(std::move(name), std::move(value)); }
  void erase(std::string_view name);

  [[nodiscard]] const Map& values() const { return values_; }
  [[nodiscard]] auto begin() const { return values_.begin(); }
  [[nodiscard]] auto end() const { return values_.end(); }
  [[nodiscard]] bool empty() const { return values_.empty(); }
  [[nodiscard]] std::size_t size() const { return values_.size(); }

  friend bool operator==(const Hyperparameters& a, const Hyperparameters& b) { return a.values_ == b.values_; }
  friend bool operator!=(const Hyperparameters& a, const Hyperparameters& b) { return !(a == b); }

 private:
  Map values_;
};

/// A value as people read and write it: 0.001, 32, relu, true. Reals in the shortest form that reads back to the same
/// bits.
[[nodiscard]] std::string to_string(const Value& value);

/// What a trainer measured, by name. Values may be NaN or infinite.
using Metrics = std::map<std::string, double, std::less<>>;

}  // namespace pbt
