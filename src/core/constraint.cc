// Reads "minibatch * 2 <= batch" into reverse Polish order (Dijkstra's shunting yard) and evaluates it.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>

#include "pbt/error.h"
#include "pbt/space.h"

namespace pbt {
namespace {

constexpr std::string_view kNegate = "neg";  // a minus sign with nothing on its left

struct Lexeme {
  enum Kind { number, name, op, comparison, open, close, end } kind;
  std::string text;
  double value;
  std::size_t column;  // from 1
};

[[noreturn]] void fail(const std::string& text, std::size_t column, const std::string& message) {
  throw UsageError("constraint \"" + text + "\", column " + std::to_string(column) + ": " + message +
                   "; a constraint looks like \"minibatch * 2 <= batch\"");
}

bool starts_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool in_name(char c) { return starts_name(c) || is_digit(c) || c == '.'; }

Lexeme read_number(const std::string& text, std::size_t at) {
  Lexeme lexeme{Lexeme::number, "", 0, at + 1};
  const auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), lexeme.value);
  if (error != std::errc{}) fail(text, at + 1, "expected a number that a double can hold");
  lexeme.text.assign(text.data() + at, end);
  return lexeme;
}

Lexeme read_lexeme(const std::string& text, std::size_t at) {
  const auto make = [&](Lexeme::Kind kind, std::size_t size) { return Lexeme{kind, text.substr(at, size), 0, at + 1}; };
  if (at >= text.size()) return make(Lexeme::end, 0);
  const char c = text[at];
  if (is_digit(c) || c == '.') return read_number(text, at);
  if (starts_name(c)) {
    std::size_t size = 1;
    while (at + size < text.size() && in_name(text[at + size])) ++size;
    return make(Lexeme::name, size);
  }
  for (const std::string_view comparison : {"<=", ">=", "==", "!=", "<", ">"}) {
    if (text.compare(at, comparison.size(), comparison) == 0) return make(Lexeme::comparison, comparison.size());
  }
  if (c == '(') return make(Lexeme::open, 1);
  if (c == ')') return make(Lexeme::close, 1);
  if (c == '+' || c == '-' || c == '*' || c == '/') return make(Lexeme::op, 1);
  if (c == '=') fail(text, at + 1, "'=' is no comparison; equality is written ==");
  const std::string what = c >= ' ' && c <= '~' ? std::string("'") + c + "'" : "this character";
  fail(text, at + 1, what + " is not understood; expected a number, a hyperparameter, + - * / ( ) or a comparison");
}

int rank(const std::string& op) { return op == kNegate ? 3 : op == "*" || op == "/" ? 2 : 1; }

/// Lexemes of one side of the comparison, put into reverse Polish order as they come.
class Side {
 public:
  explicit Side(const std::string& text) : text_(text) {}

  void add(Lexeme lexeme) {
    if (wants_operand_) {
      add_operand(std::move(lexeme));
    } else {
      add_operator(std::move(lexeme));
    }
  }

  std::vector<Lexeme> finish(const Lexeme& next) {
    if (wants_operand_) expected_operand(next);
    while (!waiting_.empty()) {
      if (waiting_.back().kind == Lexeme::open) fail(text_, waiting_.back().column, "this '(' is never closed");
      pop();
    }
    return std::move(output_);
  }

 private:
  void add_operand(Lexeme lexeme) {
    if (lexeme.kind == Lexeme::open) {
      waiting_.push_back(std::move(lexeme));
    } else if (lexeme.kind == Lexeme::op && lexeme.text == "-") {
      lexeme.text = kNegate;
      waiting_.push_back(std::move(lexeme));
    } else if (lexeme.kind == Lexeme::number || lexeme.kind == Lexeme::name) {
      output_.push_back(std::move(lexeme));
      wants_operand_ = false;
    } else {
      expected_operand(lexeme);
    }
  }

  void add_operator(Lexeme lexeme) {
    if (lexeme.kind == Lexeme::close) {
      while (!waiting_.empty() && waiting_.back().kind != Lexeme::open) pop();
      if (waiting_.empty()) fail(text_, lexeme.column, "this ')' was never opened");
      waiting_.pop_back();
    } else if (lexeme.kind == Lexeme::op) {
      while (!waiting_.empty() && waiting_.back().kind == Lexeme::op && rank(waiting_.back().text) >= rank(lexeme.text))
        pop();
      waiting_.push_back(std::move(lexeme));
      wants_operand_ = true;
    } else {
      fail(text_, lexeme.column, "expected + - * / or a comparison before \"" + lexeme.text + "\"");
    }
  }

  [[noreturn]] void expected_operand(const Lexeme& found) const {
    fail(text_, found.column,
         "expected a number, a hyperparameter or '(', " +
             (found.kind == Lexeme::end ? "but the text ends here" : "not \"" + found.text + "\""));
  }

  void pop() {
    output_.push_back(std::move(waiting_.back()));
    waiting_.pop_back();
  }

  const std::string& text_;
  std::vector<Lexeme> output_, waiting_;
  bool wants_operand_ = true;
};

double apply(const std::string& op, double left, double right) {
  switch (op.front()) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    default:
      return left / right;
  }
}

template <class Token>
double evaluate(const std::vector<Token>& tokens, const Hyperparameters& values) {
  std::vector<double> stack;
  for (const Token& token : tokens) {
    if (token.kind == Token::number) {
      stack.push_back(token.value);
    } else if (token.kind == Token::name) {
      stack.push_back(values.real(token.text));
    } else if (token.text == kNegate) {
      stack.back() = -stack.back();
    } else {
      const double right = stack.back();
      stack.pop_back();
      stack.back() = apply(token.text, stack.back(), right);
    }
  }
  return stack.back();
}

}  // namespace

Constraint::Constraint(std::string text) : text_(std::move(text)) {
  Side sides[] = {Side(text_), Side(text_)};
  Side* side = &sides[0];
  const auto finish = [&](const Lexeme& next) {
    std::vector<Token> tokens;
    for (Lexeme& lexeme : side->finish(next)) {
      const auto kind = lexeme.kind == Lexeme::number ? Token::number
                        : lexeme.kind == Lexeme::name ? Token::name
                                                      : Token::op;
      const bool is_new = std::find(parameters_.begin(), parameters_.end(), lexeme.text) == parameters_.end();
      if (kind == Token::name && is_new) parameters_.push_back(lexeme.text);
      tokens.push_back({kind, lexeme.value, std::move(lexeme.text)});
    }
    return tokens;
  };
  for (std::size_t at = 0;;) {
    at = std::min(text_.find_first_not_of(" \t", at), text_.size());
    Lexeme lexeme = read_lexeme(text_, at);
    at += lexeme.text.size();
    if (lexeme.kind == Lexeme::end) {
      std::vector<Token> tokens = finish(lexeme);
      if (comparison_.empty()) fail(text_, lexeme.column, "expected a comparison: < <= > >= == or !=");
      right_ = std::move(tokens);
      return;
    }
    if (lexeme.kind != Lexeme::comparison) {
      side->add(std::move(lexeme));
    } else if (!comparison_.empty()) {
      fail(text_, lexeme.column, "a second comparison; write two constraints");
    } else {
      left_ = finish(lexeme);
      comparison_ = lexeme.text;
      side = &sides[1];
    }
  }
}

bool Constraint::holds(const Hyperparameters& values) const {
  const bool all_exist = std::all_of(parameters_.begin(), parameters_.end(),
                                     [&](const std::string& name) { return values.contains(name); });
  if (!all_exist) return true;
  const double left = evaluate(left_, values);
  const double right = evaluate(right_, values);
  if (std::isnan(left) || std::isnan(right)) return false;
  if (comparison_ == "<") return left < right;
  if (comparison_ == "<=") return left <= right;
  if (comparison_ == ">") return left > right;
  if (comparison_ == ">=") return left >= right;
  if (comparison_ == "==") return left == right;
  return left != right;
}

}  // namespace pbt
