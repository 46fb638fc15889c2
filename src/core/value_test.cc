#include "pbt/value.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace pbt {
namespace {

using std::string_literals::operator""s;

TEST(HyperparametersTest, ReadsEachKindByName) {
  const Hyperparameters values{{"lr", 0.5}, {"layers", std::int64_t{3}}, {"optimizer", "adam"s}, {"norm", true}};
  EXPECT_EQ(values.real("lr"), 0.5);
  EXPECT_EQ(values.real("layers"), 3.0);
  EXPECT_EQ(values.integer("layers"), 3);
  EXPECT_EQ(values.integer("norm"), 1);
  EXPECT_EQ(values.text("optimizer"), "adam");
}

TEST(HyperparametersTest, NamesWhatThereIsWhenANameIsUnknown) {
  const Hyperparameters values{{"lr", 0.5}, {"layers", std::int64_t{3}}};
  try {
    (void)values.real("learning_rate");
    FAIL() << "expected an error";
  } catch (const std::out_of_range& error) {
    EXPECT_STREQ(error.what(), "no hyperparameter \"learning_rate\"; there are: layers, lr");
  }
}

TEST(HyperparametersTest, RefusesAFractionAsAnInteger) {
  const Hyperparameters values{{"lr", 0.5}, {"whole", 4.0}};
  EXPECT_EQ(values.integer("whole"), 4);
  EXPECT_THROW((void)values.integer("lr"), std::invalid_argument);
}

TEST(ValueTest, PrintsTheShortestFormThatReadsBack) {
  EXPECT_EQ(to_string(Value(0.1)), "0.1");
  EXPECT_EQ(to_string(Value(1e-5)), "1e-05");
  EXPECT_EQ(to_string(Value(std::int64_t{64})), "64");
  EXPECT_EQ(to_string(Value(true)), "true");
  EXPECT_EQ(to_string(Value(false)), "false");
  EXPECT_EQ(to_string(Value("adam"s)), "adam");
}

TEST(HyperparametersTest, ReadsABooleanAsANumber) {
  const Hyperparameters values{{"norm", true}, {"bias", false}};
  EXPECT_EQ(values.real("norm"), 1.0);
  EXPECT_EQ(values.real("bias"), 0.0);
  EXPECT_EQ(values.integer("bias"), 0);
}

TEST(HyperparametersTest, SaysThatAValueIsOfAnotherKind) {
  const Hyperparameters values{{"optimizer", "adam"s}, {"huge", 1e300}, {"lr", 0.5}};
  EXPECT_THROW((void)values.real("optimizer"), std::invalid_argument);
  EXPECT_THROW((void)values.integer("optimizer"), std::invalid_argument);
  EXPECT_THROW((void)values.integer("huge"), std::invalid_argument);
  try {
    (void)values.text("lr");
    FAIL() << "expected an error";
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(), "hyperparameter \"lr\" is 0.5, not a text");
  }
}

TEST(HyperparametersTest, ForgetsWhatIsErased) {
  Hyperparameters values{{"lr", 0.5}, {"layers", std::int64_t{3}}};
  values.erase("lr");
  values.erase("absent");
  EXPECT_EQ(values, (Hyperparameters{{"layers", std::int64_t{3}}}));
}

}  // namespace
}  // namespace pbt
