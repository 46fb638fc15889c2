#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "pbt/random.h"
#include "pbt/value.h"

namespace pbt {

/// How a numeric parameter is drawn and moved.
enum class Scale {
  linear,
  log,            ///< drawn uniformly in log x, moved by factors; bounds > 0
  one_minus_log,  ///< the same for 1 - x: discounts, momenta; bounds < 1
};

struct RealRange {
  double low = 0;
  double high = 1;
  Scale scale = Scale::linear;
  double quantum = 0;  ///< > 0: values are low + k * quantum; 0: any
};

struct IntegerRange {
  std::int64_t low = 0;
  std::int64_t high = 1;
  Scale scale = Scale::linear;  ///< linear or log
  std::int64_t quantum = 1;
};

struct Choices {
  std::vector<Value> values;
  bool ordered = false;  ///< explore moves to a neighbour; otherwise it draws anew
};

struct Fixed {
  Value value;
};

/// The parameter exists only while another has one of these values.
struct Condition {
  std::string parameter;
  std::vector<Value> any_of;
};

struct Parameter {
  std::string name;
  std::variant<RealRange, IntegerRange, Choices, Fixed> domain;
  std::optional<Condition> when;
  bool structural = false;                     ///< drawn once, travels with copied weights, never moved (layer sizes)
  std::vector<double> factors;                 ///< explore: this parameter's own factors; empty: the strategy's
  std::optional<double> resample_probability;  ///< explore: its own; absent: the strategy's
};

/// "minibatch <= batch": arithmetic (+ - * /, parentheses) over numbers and parameters, on both sides of one of
/// < <= > >= == !=. A constraint over a parameter whose `when` does not hold is satisfied.
class Constraint {
 public:
  /// Throws UsageError that says where the text cannot be read.
  explicit Constraint(std::string text);
  [[nodiscard]] bool holds(const Hyperparameters& values) const;
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const std::vector<std::string>& parameters() const { return parameters_; }

 private:
  struct Token {
    enum Kind { number, name, op } kind;
    double value;
    std::string text;
  };
  std::string text_;
  std::string comparison_;
  std::vector<Token> left_, right_;  ///< in reverse Polish order
  std::vector<std::string> parameters_;
};

/// What is searched. Immutable once validated.
struct Space {
  std::vector<Parameter> parameters;
  std::vector<Constraint> constraints;

  [[nodiscard]] const Parameter* find(std::string_view name) const;
};

/// Throws UsageError on an empty or reversed range, a log scale with a bound <= 0, duplicate names, a `when` or
/// constraint over an unknown parameter, a quantum that does not fit, and the like. The message names the parameter.
void validate(const Space& space);

/// Throws UsageError unless `values` has exactly the parameters that its own `when` conditions ask for, each inside its
/// domain, and every constraint holds. `what` names the values in the message ("[[initial]] row 2").
void validate(const Space& space, const Hyperparameters& values, const std::string& what);

/// Draws every parameter from its distribution. Constraints by rejection (1,000 tries, then UsageError says which one
/// fails).
[[nodiscard]] Hyperparameters sample(const Space& space, Random& random);

/// Fills the parameters that `values` leaves out, by drawing them; takes the others as they are.
[[nodiscard]] Hyperparameters complete(const Space& space, Hyperparameters values, Random& random);

/// One parameter's value drawn from its distribution.
[[nodiscard]] Value sample(const Parameter& parameter, Random& random);

/// One parameter's value moved by `factor` (> 1 up, < 1 down): design, "Moves". Log scales multiply x (or 1 - x, turned
/// round), linear ones add the sign of log(factor) times a tenth of the range, or multiply when `parameter.factors` is
/// given; integers move at least one, ordered choices to a neighbour, unordered ones are drawn anew, fixed ones stay.
/// Bounds reflect, so that a move always stays inside.
[[nodiscard]] Value move(const Parameter& parameter, const Value& value, double factor, Random& random);

}  // namespace pbt
