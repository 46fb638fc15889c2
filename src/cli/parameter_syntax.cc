#include "cli/parameter_syntax.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "cli/read_parameters.h"
#include "core/nearest.h"
#include "pbt/error.h"

namespace pbt {
namespace {

[[noreturn]] void fail(std::string_view text, const std::string& what) {
  throw UsageError(
      fmt::format("-p {}: {}\n"
                  "  a range:     -p lr=1e-4..1e-1:log   (also :int, :one_minus_log, :int:log)\n"
                  "  choices:     -p batch=32,64,128     (also :ordered)\n"
                  "  fixed:       -p momentum=0.9",
                  text, what));
}

template <typename T>
std::optional<T> parse_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  T number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

/// A plain value: an integer, a real, true, false, or else a text.
Value parse_value(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  if (const auto integer = parse_number<std::int64_t>(text)) return *integer;
  const bool number_like = !text.empty() && text.find_first_of("0123456789") != std::string_view::npos;
  if (const auto real = number_like ? parse_number<double>(text) : std::nullopt) return *real;
  return std::string(text);
}

/// Splits at single commas; a doubled one is a comma of the text itself.
std::vector<std::string> split_commas(std::string_view text) {
  std::vector<std::string> parts(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != ',') {
      parts.back() += text[i];
    } else if (i + 1 < text.size() && text[i + 1] == ',') {
      parts.back() += text[i++];
    } else {
      parts.emplace_back();
    }
  }
  return parts;
}

struct Flags {
  bool integer = false;
  bool ordered = false;
  Scale scale = Scale::linear;
};

const std::vector<std::string> kFlagNames{"log", "one_minus_log", "int", "ordered"};

/// Takes known flags off the end of `value`. A colon before anything else belongs to a text ("cuda:0"), unless it looks
/// like a slip.
Flags take_flags(std::string_view whole, std::string_view& value, bool range) {
  Flags flags;
  bool scaled = false;
  for (auto colon = value.rfind(':'); colon != std::string_view::npos; colon = value.rfind(':')) {
    const std::string_view flag = value.substr(colon + 1);
    if (flag == "int") {
      flags.integer = true;
    } else if (flag == "ordered") {
      flags.ordered = true;
    } else if (flag == "log" || flag == "one_minus_log") {
      if (scaled) fail(whole, "two scales are given");
      scaled = true;
      flags.scale = flag == "log" ? Scale::log : Scale::one_minus_log;
    } else if (const std::string near = nearest(flag, kFlagNames); range || !near.empty()) {
      fail(whole, fmt::format("unknown \":{}\"{}", flag, did_you_mean(flag, kFlagNames)));
    } else {
      break;
    }
    value = value.substr(0, colon);
  }
  return flags;
}

std::variant<RealRange, IntegerRange, Choices, Fixed> parse_range(std::string_view whole, std::string_view low,
                                                                  std::string_view high, const Flags& flags) {
  if (flags.ordered) fail(whole, "\":ordered\" is for choices; a range has an order of its own");
  const auto bound = [&](std::string_view text) {
    const auto number = parse_number<double>(text);
    if (!number) fail(whole, fmt::format("\"{}\" is not a number", text));
    return *number;
  };
  if (!flags.integer) return RealRange{bound(low), bound(high), flags.scale, 0};
  const auto whole_bound = [&](std::string_view text) {
    if (const auto integer = parse_number<std::int64_t>(text)) return *integer;
    const double number = bound(text);
    if (!(number >= -0x1p53 && number <= 0x1p53) || static_cast<double>(static_cast<std::int64_t>(number)) != number) {
      fail(whole, fmt::format("\"{}\" is not an integer, which \":int\" asks for", text));
    }
    return static_cast<std::int64_t>(number);
  };
  if (flags.scale == Scale::one_minus_log) fail(whole, "\":one_minus_log\" is for reals below 1, not for integers");
  return IntegerRange{whole_bound(low), whole_bound(high), flags.scale, 1};
}

std::variant<RealRange, IntegerRange, Choices, Fixed> parse_domain(std::string_view whole, std::string_view value) {
  const auto dots = value.find("..");
  const Flags flags = take_flags(whole, value, dots != std::string_view::npos);
  if (dots != std::string_view::npos && parse_number<double>(value.substr(0, dots))) {
    return parse_range(whole, value.substr(0, dots), value.substr(dots + 2), flags);
  }
  if (value.empty()) fail(whole, "the value is missing");
  if (flags.integer || flags.scale != Scale::linear) fail(whole, "a scale or \":int\" belongs to a range low..high");
  std::vector<Value> values;
  for (const std::string& part : split_commas(value)) {
    if (part.empty()) fail(whole, "a choice is empty");
    values.push_back(parse_value(part));
  }
  if (values.size() == 1 && flags.ordered) fail(whole, "\":ordered\" is for two or more choices");
  if (values.size() == 1) return Fixed{values.front()};
  unify_numbers(values);
  return Choices{std::move(values), flags.ordered};
}

}  // namespace

Parameter parse_parameter(std::string_view text) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) fail(text, "expected NAME=VALUES");
  Parameter parameter;
  parameter.name = std::string(text.substr(0, equals));
  parameter.domain = parse_domain(text, text.substr(equals + 1));
  try {
    validate(Space{{parameter}, {}});
  } catch (const UsageError& error) {
    fail(text, error.what());
  }
  return parameter;
}

}  // namespace pbt
