#include <gtest/gtest.h>

#include <cmath>

#include "pbt/error.h"
#include "pbt/space.h"

namespace pbt {
namespace {

std::string error_of(const Space& space) {
  try {
    validate(space);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no error";
}

std::string error_of(const Space& space, const Hyperparameters& values) {
  try {
    validate(space, values, "[[initial]] row 2");
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no error";
}

Parameter parameter(decltype(Parameter::domain) domain, const std::string& name = "x") {
  return {name, std::move(domain), {}, false, {}, {}};
}
Space one(decltype(Parameter::domain) domain) { return {{parameter(std::move(domain))}, {}}; }

TEST(ValidateSpace, AcceptsWhatIsUsual) {
  EXPECT_EQ(error_of(one(RealRange{1e-5, 1e-2, Scale::log})), "no error");
  EXPECT_EQ(error_of(one(RealRange{0.9, 0.9999, Scale::one_minus_log})), "no error");
  EXPECT_EQ(error_of(one(RealRange{0, 1, Scale::linear, 0.1})), "no error");
  EXPECT_EQ(error_of(one(IntegerRange{16, 512, Scale::log, 16})), "no error");
  EXPECT_EQ(error_of(one(Choices{{std::string("relu"), true, 0.5}})), "no error");
  EXPECT_EQ(error_of(one(Fixed{std::string("adam")})), "no error");
  EXPECT_EQ(error_of(Space{}), "no error");
}

TEST(ValidateSpace, RefusesARangeThatIsEmptyReversedOrEndless) {
  EXPECT_EQ(
      error_of(one(RealRange{1, 0})),
      "hyperparameters.x: low must be less than high, not low = 1, high = 0; a single value is written as value = 1");
  EXPECT_EQ(
      error_of(one(IntegerRange{3, 3})),
      "hyperparameters.x: low must be less than high, not low = 3, high = 3; a single value is written as value = 3");
  EXPECT_EQ(error_of(one(RealRange{0, INFINITY})),
            "hyperparameters.x: a range needs two finite bounds, not low = 0, high = inf");
  EXPECT_EQ(error_of(one(RealRange{NAN, 1})),
            "hyperparameters.x: a range needs two finite bounds, not low = nan, high = 1");
  EXPECT_NE(error_of(one(IntegerRange{0, (std::int64_t{1} << 53) + 1})), "no error");
}

TEST(ValidateSpace, RefusesAScaleThatDoesNotFitItsBounds) {
  EXPECT_EQ(error_of(one(RealRange{0, 1, Scale::log})),
            "hyperparameters.x: a log scale needs low > 0, not low = 0, high = 1");
  EXPECT_EQ(error_of(one(RealRange{0, 1, Scale::one_minus_log})),
            "hyperparameters.x: the scale one_minus_log needs high < 1, not low = 0, high = 1");
  EXPECT_EQ(error_of(one(IntegerRange{0, 8, Scale::log})),
            "hyperparameters.x: a log scale needs low >= 1, not low = 0, high = 8");
  EXPECT_NE(error_of(one(IntegerRange{-8, 0, Scale::one_minus_log})), "no error");
}

TEST(ValidateSpace, RefusesAQuantumThatDoesNotFit) {
  EXPECT_EQ(error_of(one(RealRange{0, 1, Scale::linear, 0.3})),
            "hyperparameters.x: high - low must be a whole number of times quantum = 0.3, not 3.3333333333333335 "
            "times; with low "
            "= 0, high = 1");
  EXPECT_NE(error_of(one(RealRange{0, 1, Scale::linear, -0.1})), "no error");
  EXPECT_NE(error_of(one(RealRange{0, 1, Scale::linear, 2})), "no error");
  EXPECT_NE(error_of(one(IntegerRange{0, 10, Scale::linear, 3})), "no error");
  EXPECT_NE(error_of(one(IntegerRange{0, 10, Scale::linear, 0})), "no error");
}

TEST(ValidateSpace, RefusesChoicesWithNothingToChoose) {
  EXPECT_EQ(error_of(one(Choices{})),
            "hyperparameters.x: values is empty; expected at least one, e.g. values = [32, 64, 128]");
  EXPECT_EQ(error_of(one(Choices{{std::int64_t{1}, 1.0}})), "hyperparameters.x: values has 1 twice; leave one out");
  EXPECT_NE(error_of(one(Choices{{INFINITY}})), "no error");
  EXPECT_NE(error_of(one(Fixed{NAN})), "no error");
}

TEST(ValidateSpace, RefusesIntegersAmongReals) {
  EXPECT_EQ(error_of(one(Choices{{std::int64_t{1}, 2.5}})),
            "hyperparameters.x: values has integers and reals; expected one type of number, e.g. values = [1.0, 2.5]");
  EXPECT_EQ(error_of(one(Choices{{1.0, 2.5}})), "no error");
}

TEST(ValidateSpace, RefusesNamesThatCannotBeWrittenEverywhere) {
  for (const char* name : {"", "learning rate", "1st", ".x", "x.", "a-b", "\xc3\xa4"}) {
    EXPECT_NE(error_of({{parameter(RealRange{}, name)}, {}}), "no error") << name;
  }
  EXPECT_EQ(error_of({{parameter(RealRange{}), parameter(RealRange{})}, {}}),
            "hyperparameters.x: this name stands twice; give each hyperparameter its own");
}

TEST(ValidateSpace, RefusesFactorsAndProbabilitiesOutOfRange) {
  Space space = one(RealRange{});
  space.parameters[0].factors = {0.8, 0};
  EXPECT_EQ(error_of(space), "hyperparameters.x: factors must be greater than 0, not 0");
  space = one(RealRange{});
  space.parameters[0].resample_probability = 1.5;
  EXPECT_EQ(error_of(space), "hyperparameters.x: resample_probability must be from 0 to 1, not 1.5");
}

TEST(ValidateSpace, RefusesConditionsThatCanNeverHold) {
  Space space{{parameter(RealRange{}), parameter(Choices{{std::string("sgd"), std::string("adam")}}, "optimizer")}, {}};
  space.parameters[0].when = Condition{"optimiser", {std::string("sgd")}};
  EXPECT_EQ(error_of(space),
            "hyperparameters.x: when: there is no hyperparameter \"optimiser\"; did you mean \"optimizer\"?");
  space.parameters[0].when = Condition{"optimizer", {std::string("sdg")}};
  EXPECT_EQ(error_of(space), "hyperparameters.x: when: optimizer is never sdg; it is one of sgd, adam");
  space.parameters[0].when = Condition{"optimizer", {}};
  EXPECT_NE(error_of(space), "no error");
}

TEST(ValidateSpace, RefusesConditionsThatRunInACircle) {
  Space space{{parameter(Choices{{true, false}}, "a"), parameter(Choices{{true, false}}, "b")}, {}};
  space.parameters[0].when = Condition{"b", {true}};
  space.parameters[1].when = Condition{"a", {true}};
  EXPECT_EQ(error_of(space),
            "hyperparameters: the `when` conditions of a, b run in a circle; let one of them have no condition");
  space.parameters[0].when = Condition{"a", {true}};
  EXPECT_NE(error_of(space), "no error");
}

TEST(ValidateSpace, RefusesAStructuralParameterThatHangsOnAMovableOne) {
  Space space{{parameter(Choices{{true, false}}, "deep"), parameter(IntegerRange{1, 8}, "layers")}, {}};
  space.parameters[1].when = Condition{"deep", {true}};
  space.parameters[1].structural = true;
  EXPECT_EQ(error_of(space),
            "hyperparameters.layers: is structural, but when it exists hangs on deep, which is not; make that "
            "structural too");
  space.parameters[0].structural = true;
  EXPECT_EQ(error_of(space), "no error");
}

TEST(ValidateSpace, RefusesConstraintsOverUnknownNamesAndTexts) {
  Space space{{parameter(RealRange{}, "batch"), parameter(Choices{{std::string("a")}}, "text")},
              {Constraint("bacth > 0")}};
  EXPECT_EQ(error_of(space), "constraint \"bacth > 0\": there is no hyperparameter \"bacth\"; did you mean \"batch\"?");
  space.constraints = {Constraint("text > 0")};
  EXPECT_EQ(error_of(space), "constraint \"text > 0\": text can be a text; constraints are over numbers");
  space.constraints = {Constraint("batch > 2")};
  EXPECT_NE(error_of(space), "no error") << "no draw fulfils it";
}

Space batches() {
  Space space{
      {parameter(IntegerRange{1, 64}, "batch"), parameter(RealRange{0, 1}, "decay"), parameter(Fixed{true}, "on")},
      {Constraint("decay * batch <= 32")}};
  space.parameters[1].when = Condition{"on", {true}};
  return space;
}

TEST(ValidateValues, AcceptsExactlyWhatIsAskedFor) {
  EXPECT_EQ(error_of(batches(), {{"batch", std::int64_t{8}}, {"decay", 0.5}, {"on", true}}), "no error");
}

TEST(ValidateValues, NamesWhatIsMissingUnknownOutsideOrBroken) {
  EXPECT_EQ(error_of(batches(), {{"batch", std::int64_t{8}}, {"on", true}}),
            "[[initial]] row 2: decay is missing; expected a number from 0 to 1");
  EXPECT_EQ(error_of(batches(), {{"bach", std::int64_t{8}}, {"decay", 0.5}, {"on", true}}),
            "[[initial]] row 2: there is no hyperparameter \"bach\"; did you mean \"batch\"?");
  EXPECT_EQ(error_of(batches(), {{"batch", std::int64_t{65}}, {"decay", 0.5}, {"on", true}}),
            "[[initial]] row 2: batch = 65 is outside its range; expected an integer from 1 to 64");
  EXPECT_EQ(error_of(batches(), {{"batch", std::int64_t{64}}, {"decay", 0.75}, {"on", true}}),
            "[[initial]] row 2: the constraint \"decay * batch <= 32\" does not hold");
}

TEST(ValidateValues, RefusesAValueWhoseConditionDoesNotHold) {
  Space space = batches();
  space.parameters[2].domain = Choices{{true, false}};
  EXPECT_EQ(error_of(space, {{"batch", std::int64_t{8}}, {"decay", 0.5}, {"on", false}}),
            "[[initial]] row 2: decay is given, but exists only while on has another value; leave it out");
  EXPECT_EQ(error_of(space, {{"batch", std::int64_t{8}}, {"on", false}}), "no error");
}

}  // namespace
}  // namespace pbt
