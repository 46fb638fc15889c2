#include "pbt/space.h"

#include <gtest/gtest.h>

#include "core/space_rules.h"
#include "pbt/error.h"

namespace pbt {
namespace {

Parameter batch(const std::string& name) {
  return {name, Choices{{std::int64_t{16}, std::int64_t{32}, std::int64_t{64}}, true}, {}, false, {}, {}};
}

/// A momentum that exists only with sgd, given before what it hangs on.
Space conditional_space() {
  Space space;
  space.parameters.push_back(
      {"momentum", RealRange{0.5, 0.9}, Condition{"optimizer", {std::string("sgd")}}, false, {}, {}});
  space.parameters.push_back({"optimizer", Choices{{std::string("sgd"), std::string("adam")}}, {}, false, {}, {}});
  return space;
}

TEST(Space, FindsAParameterByName) {
  const Space space = conditional_space();
  EXPECT_EQ(space.find("optimizer"), &space.parameters[1]);
  EXPECT_EQ(space.find("optimiser"), nullptr);
}

TEST(Sample, DrawsAConditionalParameterOnlyWhileItsConditionHolds) {
  const Space space = conditional_space();
  Random random{1};
  int with_momentum = 0;
  for (int i = 0; i < 1000; ++i) {
    const Hyperparameters values = sample(space, random);
    EXPECT_EQ(values.contains("momentum"), values.text("optimizer") == "sgd");
    with_momentum += values.contains("momentum") ? 1 : 0;
    validate(space, values, "the draw");
  }
  EXPECT_NEAR(with_momentum, 500, 60);
}

TEST(Sample, IsAFunctionOfTheRandomKey) {
  const Space space = conditional_space();
  Random first{1, 2}, second{1, 2};
  for (int i = 0; i < 10; ++i) EXPECT_EQ(sample(space, first), sample(space, second));
}

TEST(Sample, FulfilsConstraints) {
  Space space{{batch("batch"), batch("minibatch")}, {Constraint("minibatch <= batch")}};
  Random random{1};
  for (int i = 0; i < 200; ++i) {
    const Hyperparameters values = sample(space, random);
    EXPECT_LE(values.integer("minibatch"), values.integer("batch"));
  }
}

TEST(Sample, SaysWhichConstraintNoDrawFulfils) {
  Space space{{batch("batch")}, {Constraint("batch > 0"), Constraint("batch > 64")}};
  Random random{1};
  try {
    (void)sample(space, random);
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_STREQ(
        error.what(),
        "hyperparameters: none of 1000 draws fits: in the last, the constraint \"batch > 64\" does not hold; widen the "
        "ranges or loosen the constraint");
  }
}

TEST(Complete, TakesWhatIsGivenAndDrawsTheRest) {
  Space space{{batch("batch"), batch("minibatch")}, {Constraint("minibatch < batch")}};
  Random random{1};
  for (int i = 0; i < 50; ++i) {
    const Hyperparameters values = complete(space, {{"batch", std::int64_t{32}}}, random);
    EXPECT_EQ(values, (Hyperparameters{{"batch", std::int64_t{32}}, {"minibatch", std::int64_t{16}}}));
  }
}

TEST(Complete, MakesARealOfAnIntegerGivenForOne) {
  Space space{{{"x", RealRange{0, 2}, {}, false, {}, {}}}, {}};
  Random random{1};
  EXPECT_EQ(complete(space, {{"x", std::int64_t{1}}}, random), (Hyperparameters{{"x", 1.0}}));
}

TEST(Complete, DrawsTheConditionUnderWhichAGivenValueExists) {
  Random random{1};
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(complete(conditional_space(), {{"momentum", 0.7}}, random).text("optimizer"), "sgd");
  }
}

TEST(Complete, RefusesAGivenValueWhoseConditionCannotHold) {
  Random random{1};
  EXPECT_THROW((void)complete(conditional_space(), {{"momentum", 0.7}, {"optimizer", std::string("adam")}}, random),
               UsageError);
}

TEST(Complete, KeepsWhatTheSpaceDoesNotKnow) {
  Random random{1};
  const Hyperparameters values =
      complete(conditional_space(), {{"optimizer", std::string("adam")}, {"seen", 1.0}}, random);
  EXPECT_EQ(values, (Hyperparameters{{"optimizer", std::string("adam")}, {"seen", 1.0}}));
}

TEST(Complete, TakesAWholeNumberForAReal) {
  Space space;
  space.parameters.push_back({"x", RealRange{0, 2}, {}, false, {}, {}});
  Random random{1};
  EXPECT_EQ(complete(space, {{"x", std::int64_t{1}}}, random), (Hyperparameters{{"x", 1.0}}));
  EXPECT_EQ(complete(space, {{"x", std::string("1")}}, random), (Hyperparameters{{"x", std::string("1")}}))
      << "validate() refuses it";
}

TEST(Condition, DoesNotHoldWithoutTheParameterThatItNames) {
  const Space space = conditional_space();
  EXPECT_FALSE(is_active(space.parameters[0], {}));
  EXPECT_TRUE(is_active(space.parameters[0], {{"optimizer", std::string("sgd")}}));
}

}  // namespace
}  // namespace pbt
