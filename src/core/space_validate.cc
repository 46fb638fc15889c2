// What a space, and values in it, must fulfil.
#include <algorithm>
#include <cmath>
#include <set>

#include "core/json.h"
#include "core/nearest.h"
#include "core/printable.h"
#include "core/space_rules.h"
#include "pbt/error.h"

namespace pbt {
namespace {

[[noreturn]] void fail(const Parameter& parameter, const std::string& message) {
  throw UsageError("hyperparameters." + parameter.name + ": " + message);
}

std::string text(double x) { return to_string(Value(x)); }

bool is_name(const std::string& name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto allowed = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '.'; };
  return !name.empty() && letter(name.front()) && name.back() != '.' && std::all_of(name.begin(), name.end(), allowed);
}

void validate(const Parameter& parameter, const RealRange& range) {
  const auto& [low, high, scale, quantum] = range;
  const std::string bounds = "low = " + text(low) + ", high = " + text(high);
  if (!std::isfinite(low) || !std::isfinite(high) || !std::isfinite(high - low)) {
    fail(parameter, "a range needs two finite bounds, not " + bounds);
  }
  if (!(low < high)) {
    fail(parameter,
         "low must be less than high, not " + bounds + "; a single value is written as value = " + text(low));
  }
  if (scale == Scale::log && low <= 0) fail(parameter, "a log scale needs low > 0, not " + bounds);
  if (scale == Scale::one_minus_log && high >= 1)
    fail(parameter, "the scale one_minus_log needs high < 1, not " + bounds);
  if (!(quantum >= 0) || !std::isfinite(quantum))
    fail(parameter, "quantum must be 0 (none) or more, not " + text(quantum));
  if (quantum == 0) return;
  const double cells = (high - low) / quantum;
  if (cells < 0.5 || cells > 0x1p53 || std::fabs(cells - std::round(cells)) > 1e-6) {
    fail(parameter, "high - low must be a whole number of times quantum = " + text(quantum) + ", not " + text(cells) +
                        " times; with " + bounds);
  }
}

void validate(const Parameter& parameter, const IntegerRange& range) {
  const std::string bounds = "low = " + std::to_string(range.low) + ", high = " + std::to_string(range.high);
  if (range.low < -json_integer_max || range.high > json_integer_max)
    fail(parameter, "integers must stay within 2^53, not " + bounds);
  if (range.low >= range.high) {
    fail(parameter, "low must be less than high, not " + bounds +
                        "; a single value is written as value = " + std::to_string(range.low));
  }
  if (range.scale == Scale::one_minus_log)
    fail(parameter, "the scale one_minus_log is for reals; an integer's is linear or log");
  if (range.scale == Scale::log && range.low < 1) fail(parameter, "a log scale needs low >= 1, not " + bounds);
  if (range.quantum < 1)
    fail(parameter, "an integer's quantum must be at least 1, not " + std::to_string(range.quantum));
  if ((range.high - range.low) % range.quantum != 0) {
    fail(parameter,
         "high - low must be a whole number of times quantum = " + std::to_string(range.quantum) + "; with " + bounds);
  }
}

void validate(const Parameter& parameter, const Value& value) {
  const auto* real = std::get_if<double>(&value);
  if (real != nullptr && !std::isfinite(*real)) fail(parameter, "values must be finite, not " + text(*real));
  const auto* word = std::get_if<std::string>(&value);
  if (word != nullptr && !is_portable(*word))
    fail(parameter, "a text must be UTF-8 without NUL bytes, not \"" + printable(*word, 50) + '"');
}

void validate(const Parameter& parameter, const Choices& choices) {
  const auto& values = choices.values;
  if (values.empty()) fail(parameter, "values is empty; expected at least one, e.g. values = [32, 64, 128]");
  for (auto it = values.begin(); it != values.end(); ++it) {
    validate(parameter, *it);
    if (std::any_of(values.begin(), it, [&](const Value& earlier) { return same_value(earlier, *it); })) {
      fail(parameter, "values has " + to_string(*it) + " twice; leave one out");
    }
  }
  std::size_t integers = 0, reals = 0;
  for (const Value& value : values) {
    integers += std::holds_alternative<std::int64_t>(value) ? 1 : 0;
    reals += std::holds_alternative<double>(value) ? 1 : 0;
  }
  // An experiment file cannot say so: in it, one real makes reals of all the numbers.
  if (integers > 0 && reals > 0 && integers + reals == values.size())
    fail(parameter, "values has integers and reals; expected one type of number, e.g. values = [1.0, 2.5]");
}

void validate(const Parameter& parameter, const Fixed& fixed) { validate(parameter, fixed.value); }

void validate(const Parameter& parameter) {
  if (!is_name(parameter.name)) {
    throw UsageError(
        "hyperparameters: \"" + parameter.name +
        "\" is no name; expected letters, digits, '_' and '.', beginning with a letter, e.g. optimizer.lr");
  }
  std::visit([&](const auto& domain) { validate(parameter, domain); }, parameter.domain);
  for (const double factor : parameter.factors) {
    if (!(factor > 0) || !std::isfinite(factor)) fail(parameter, "factors must be greater than 0, not " + text(factor));
  }
  if (const auto p = parameter.resample_probability; p && !(*p >= 0 && *p <= 1)) {
    fail(parameter, "resample_probability must be from 0 to 1, not " + text(*p));
  }
}

void validate_condition(const Space& space, const Parameter& parameter) {
  const Condition& when = *parameter.when;
  const Parameter* other = space.find(when.parameter);
  if (other == nullptr) {
    fail(parameter, "when: there is no hyperparameter \"" + when.parameter + "\"" +
                        did_you_mean(when.parameter, parameter_names(space)));
  }
  if (when.any_of.empty())
    fail(parameter, "when: no values of " + when.parameter + " are given; expected at least one");
  if (std::holds_alternative<RealRange>(other->domain)) {
    fail(parameter, "when: " + when.parameter +
                        " is a range of reals, which hardly ever takes one value; expected choices or integers");
  }
  for (const Value& value : when.any_of) {
    if (!is_inside(*other, value)) {
      fail(parameter,
           "when: " + when.parameter + " is never " + to_string(value) + "; it is " + accepted_values(*other));
    }
  }
  // Else an explore of the other would add or remove layers of weights that stay as they are.
  if (parameter.structural && is_movable(*other)) {
    fail(parameter,
         "is structural, but when it exists hangs on " + when.parameter + ", which is not; make that structural too");
  }
}

bool is_numeric(const Parameter& parameter) {
  const auto is_text = [](const Value& value) { return std::holds_alternative<std::string>(value); };
  if (const auto* fixed = std::get_if<Fixed>(&parameter.domain)) return !is_text(fixed->value);
  const auto* choices = std::get_if<Choices>(&parameter.domain);
  return choices == nullptr || std::none_of(choices->values.begin(), choices->values.end(), is_text);
}

void validate_constraint(const Space& space, const Constraint& constraint) {
  const std::string where = "constraint \"" + constraint.text() + "\": ";
  for (const std::string& name : constraint.parameters()) {
    const Parameter* parameter = space.find(name);
    if (parameter == nullptr) {
      throw UsageError(where + "there is no hyperparameter \"" + name + "\"" +
                       did_you_mean(name, parameter_names(space)));
    }
    if (!is_numeric(*parameter)) throw UsageError(where + name + " can be a text; constraints are over numbers");
  }
}

}  // namespace

void validate(const Space& space) {
  std::set<std::string> names;
  for (const Parameter& parameter : space.parameters) {
    validate(parameter);
    if (!names.insert(parameter.name).second)
      fail(parameter, "this name stands twice; give each hyperparameter its own");
  }
  for (const Parameter& parameter : space.parameters) {
    if (parameter.when) validate_condition(space, parameter);
  }
  for (const Constraint& constraint : space.constraints) validate_constraint(space, constraint);
  Random random{0};
  (void)sample(space, random);  // conditions in a circle, constraints that no draw fulfils
}

void validate(const Space& space, const Hyperparameters& values, const std::string& what) {
  for (const auto& [name, value] : values) {
    const Parameter* parameter = space.find(name);
    if (parameter == nullptr) {
      throw UsageError(what + ": there is no hyperparameter \"" + name + "\"" +
                       did_you_mean(name, parameter_names(space)));
    }
    if (!is_inside(*parameter, value)) {
      throw UsageError(what + ": " + name + " = " + to_string(value) + " is outside its range; expected " +
                       accepted_values(*parameter));
    }
    if (!is_active(*parameter, values)) {
      throw UsageError(what + ": " + name + " is given, but exists only while " + parameter->when->parameter +
                       " has another value; leave it out");
    }
  }
  for (const Parameter& parameter : space.parameters) {
    if (is_active(parameter, values) && !values.contains(parameter.name)) {
      throw UsageError(what + ": " + parameter.name + " is missing; expected " + accepted_values(parameter));
    }
  }
  if (const Constraint* broken = first_broken(space, values)) {
    throw UsageError(what + ": the constraint \"" + broken->text() + "\" does not hold");
  }
}

}  // namespace pbt
