#include <gtest/gtest.h>

#include "pbt/error.h"
#include "pbt/space.h"

namespace pbt {
namespace {

bool holds(const std::string& text, const Hyperparameters& values = {}) { return Constraint(text).holds(values); }

std::string error_of(const std::string& text) {
  try {
    (void)Constraint(text);
  } catch (const UsageError& error) {
    const std::string message = error.what();
    return message.substr(0, message.find("; a constraint looks like"));
  }
  return "no error";
}

TEST(Constraint, ComparesNumbersInAllSixWays) {
  EXPECT_TRUE(holds("1 < 2"));
  EXPECT_FALSE(holds("2 < 2"));
  EXPECT_TRUE(holds("2 <= 2"));
  EXPECT_TRUE(holds("3 > 2"));
  EXPECT_FALSE(holds("1 >= 2"));
  EXPECT_TRUE(holds("2 == 2.0"));
  EXPECT_TRUE(holds("1 != 2"));
}

TEST(Constraint, MultipliesBeforeItAddsAndReadsFromTheLeft) {
  EXPECT_TRUE(holds("1 + 2 * 3 == 7"));
  EXPECT_TRUE(holds("(1 + 2) * 3 == 9"));
  EXPECT_TRUE(holds("10 - 4 - 3 == 3"));
  EXPECT_TRUE(holds("16 / 4 / 2 == 2"));
  EXPECT_TRUE(holds("2 * (3 - (1 + 1)) == 2"));
}

TEST(Constraint, KnowsTheUnaryMinus) {
  EXPECT_TRUE(holds("-2 * 3 == -6"));
  EXPECT_TRUE(holds("2 - -3 == 5"));
  EXPECT_TRUE(holds("-(1 + 2) == -3"));
  EXPECT_TRUE(holds("--2 == 2"));
}

TEST(Constraint, ReadsNumbersWithExponents) { EXPECT_TRUE(holds("1e-4 * 1.5E2 < .0151")); }

TEST(Constraint, ReadsDottedNames) {
  const Constraint constraint("optimizer.minibatch*2<=optimizer.batch");
  EXPECT_EQ(constraint.parameters(), (std::vector<std::string>{"optimizer.minibatch", "optimizer.batch"}));
  EXPECT_TRUE(constraint.holds({{"optimizer.minibatch", std::int64_t{16}}, {"optimizer.batch", std::int64_t{32}}}));
  EXPECT_FALSE(constraint.holds({{"optimizer.minibatch", std::int64_t{17}}, {"optimizer.batch", std::int64_t{32}}}));
}

TEST(Constraint, NamesEachParameterOnce) {
  EXPECT_EQ(Constraint("a * a + b < a").parameters(), (std::vector<std::string>{"a", "b"}));
}

TEST(Constraint, IsSatisfiedOverAParameterThatDoesNotExist) { EXPECT_TRUE(holds("a < b", {{"b", 0.0}})); }

TEST(Constraint, DoesNotHoldOverNoNumber) {
  EXPECT_FALSE(holds("0 / 0 == 0 / 0"));
  EXPECT_FALSE(holds("0 / 0 != 1"));
}

TEST(Constraint, SaysInWhichColumnItCannotBeRead) {
  EXPECT_EQ(
      error_of("minibatch <="),
      "constraint \"minibatch <=\", column 13: expected a number, a hyperparameter or '(', but the text ends here");
  EXPECT_EQ(error_of("a < * b"),
            "constraint \"a < * b\", column 5: expected a number, a hyperparameter or '(', not \"*\"");
  EXPECT_EQ(error_of("a b < 1"), "constraint \"a b < 1\", column 3: expected + - * / or a comparison before \"b\"");
  EXPECT_EQ(error_of("(a < 1"), "constraint \"(a < 1\", column 1: this '(' is never closed");
  EXPECT_EQ(error_of("a) < 1"), "constraint \"a) < 1\", column 2: this ')' was never opened");
  EXPECT_EQ(error_of("a + 1"), "constraint \"a + 1\", column 6: expected a comparison: < <= > >= == or !=");
  EXPECT_EQ(error_of("1 < a < 2"), "constraint \"1 < a < 2\", column 7: a second comparison; write two constraints");
  EXPECT_EQ(error_of("a = 1"), "constraint \"a = 1\", column 3: '=' is no comparison; equality is written ==");
  EXPECT_EQ(error_of("a % 2 == 0"),
            "constraint \"a % 2 == 0\", column 3: '%' is not understood; expected a number, a hyperparameter, + - * / "
            "( ) or a "
            "comparison");
  EXPECT_EQ(error_of("1e999 < a"), "constraint \"1e999 < a\", column 1: expected a number that a double can hold");
  EXPECT_EQ(error_of(""),
            "constraint \"\", column 1: expected a number, a hyperparameter or '(', but the text ends here");
}

TEST(Constraint, ReadsDeepNestingWithoutRecursion) {
  const std::string open(100'000, '(');
  const std::string close(100'000, ')');
  EXPECT_TRUE(holds(open + "1" + close + " < 2"));
}

TEST(Constraint, ReadsNamesOfEveryLetterAllowed) {
  for (const char* name : {"a", "z", "A", "Z", "_", "a0", "a9", "a.b"})
    EXPECT_EQ(Constraint(std::string(name) + " < 1").parameters(), std::vector<std::string>{name});
}

TEST(Constraint, NamesACharacterOnlyIfItCanBeSeen) {
  EXPECT_NE(error_of("a < \x7f").find("this character is not understood"), std::string::npos) << error_of("a < \x7f");
  EXPECT_NE(error_of("a < {").find("'{' is not understood"), std::string::npos) << error_of("a < {");
}

TEST(Constraint, DoesNotHoldOverWhatIsNoNumber) {
  EXPECT_FALSE(holds("0 / 0 <= 1"));
  EXPECT_FALSE(holds("1 != 0 / 0"));
}

}  // namespace
}  // namespace pbt
