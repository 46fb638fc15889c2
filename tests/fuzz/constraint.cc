// "minibatch * 2 <= batch": the same answers as a reader of another kind, by recursive descent.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "pbt/space.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace pbt;
using fuzz::require;

Value value_of(const std::string& name) {
  const auto last = static_cast<unsigned char>(name.back());
  if (last % 5 == 0) return last % 2 == 0;
  if (last % 5 == 1) return std::int64_t{last} - 100;
  return (last - 100) / 4.0;
}

double number_of(const std::string& name) {
  return std::visit(
      [](const auto& value) {
        if constexpr (std::is_arithmetic_v<std::decay_t<decltype(value)>>) return static_cast<double>(value);
        return 0.0;
      },
      value_of(name));
}

/// sum: term ([+-] term)*; term: factor ([*/] factor)*; factor: - factor | ( sum ) | number | name
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  /// Whether the constraint holds; nothing where the text is none.
  std::optional<bool> read() {
    const double left = sum();
    std::string_view comparison;
    for (const std::string_view each : {"<=", ">=", "==", "!=", "<", ">"})
      if (comparison.empty() && take(each)) comparison = each;
    good_ = good_ && !comparison.empty();
    const double right = sum();
    blanks();
    if (!good_ || !rest_.empty()) return std::nullopt;
    if (std::isnan(left) || std::isnan(right)) return false;
    if (comparison == "<=") return left <= right;
    if (comparison == ">=") return left >= right;
    if (comparison == "==") return left == right;
    if (comparison == "!=") return left != right;
    return comparison == "<" ? left < right : left > right;
  }

 private:
  void blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size())); }
  bool take(std::string_view token) {
    blanks();
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }
  double sum() {
    double result = term();
    while (good_) {
      if (take("+"))
        result += term();
      else if (take("-"))
        result -= term();
      else
        break;
    }
    return result;
  }
  double term() {
    double result = factor();
    while (good_) {
      if (take("*"))
        result *= factor();
      else if (take("/"))
        result /= factor();
      else
        break;
    }
    return result;
  }
  double factor() {
    if (!good_) return 0;
    if (take("-")) return -factor();
    if (take("(")) {
      const double inner = sum();
      good_ = good_ && take(")");
      return inner;
    }
    blanks();
    const auto in_name = [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.';
    };
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (!rest_.empty() && in_name(rest_.front()) && !digit(rest_.front()) && rest_.front() != '.') {
      const auto end = std::find_if_not(rest_.begin(), rest_.end(), in_name);
      const std::string name(rest_.begin(), end);
      rest_.remove_prefix(name.size());
      return number_of(name);
    }
    double number = 0;
    const bool starts = !rest_.empty() && (digit(rest_.front()) || rest_.front() == '.');
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
    good_ = starts && error == std::errc{};
    if (good_) rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return number;
  }

  std::string_view rest_;
  bool good_ = true;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(fuzz::text(data, size));
  const auto constraint = fuzz::expect_only<UsageError>(1000 + 4 * size, [&] { return Constraint(text); });
  // The other reader recurses, which this one must not.
  const bool deep = std::count(text.begin(), text.end(), '(') + std::count(text.begin(), text.end(), '-') > 1000;
  const auto expected = deep ? std::nullopt : Reader(text).read();
  if (!deep) require(constraint.has_value() == expected.has_value(), "both readers accept the same texts", text);
  if (!constraint) return 0;
  require(constraint->text() == text, "a constraint keeps its text", text);
  Hyperparameters values;
  for (const std::string& name : constraint->parameters()) values.set(name, value_of(name));
  require(values.size() == constraint->parameters().size(), "each parameter is named once", text);
  const bool holds = constraint->holds(values);
  if (expected) require(holds == *expected, "both readers find the same truth", text);
  if (values.empty()) return 0;
  values.erase(constraint->parameters().front());
  require(constraint->holds(values), "a constraint over an absent parameter is satisfied", text);
  return 0;
}
