#include "check/other_values.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pbt {
namespace {

TEST(OtherValues, AreTheFartherEndOfARangeFirstOnItsOwnScale) {
  const Parameter rate{.name = "rate", .domain = RealRange{1e-5, 1e-1, Scale::log}};
  EXPECT_EQ(other_values(rate, Value(1e-2)).front(), Value(1e-5));
  EXPECT_EQ(other_values(rate, Value(1e-4)).front(), Value(1e-1));
  const Parameter unroll{.name = "unroll", .domain = IntegerRange{5, 50}};
  EXPECT_EQ(other_values(unroll, Value(std::int64_t{10})).front(), Value(std::int64_t{50}));
}

TEST(OtherValues, AreTheOtherChoices) {
  const Parameter batch{.name = "batch",
                        .domain = Choices{{std::int64_t{32}, std::int64_t{64}, std::int64_t{128}}, true}};
  EXPECT_THAT(other_values(batch, Value(std::int64_t{32})),
              testing::ElementsAre(Value(std::int64_t{128}), Value(std::int64_t{64})));
  const Parameter only{.name = "only", .domain = Choices{{std::string("relu")}, false}};
  EXPECT_THAT(other_values(only, Value(std::string("relu"))), testing::IsEmpty());
}

TEST(WithOtherValue, KeepsTheConstraints) {
  Space space;
  space.parameters = {{.name = "batch", .domain = IntegerRange{1, 100}},
                      {.name = "minibatch", .domain = IntegerRange{1, 100}}};
  space.constraints.emplace_back("minibatch <= batch");
  const Hyperparameters values{{"batch", std::int64_t{60}}, {"minibatch", std::int64_t{20}}};
  const Hyperparameters changed = with_other_value(space, values, "minibatch");
  EXPECT_NE(changed, values);
  EXPECT_EQ(changed.integer("batch"), 60);
  EXPECT_LE(changed.integer("minibatch"), 60);
}

TEST(WithOtherValue, ExchangesTheParametersThatDependOnIt) {
  Space space;
  space.parameters = {
      {.name = "optimizer", .domain = Choices{{std::string("adam"), std::string("sgd")}, false}},
      {.name = "beta", .domain = RealRange{0.5, 0.9}, .when = Condition{"optimizer", {std::string("adam")}}},
      {.name = "momentum", .domain = RealRange{0, 0.9}, .when = Condition{"optimizer", {std::string("sgd")}}}};
  const Hyperparameters changed =
      with_other_value(space, {{"optimizer", std::string("adam")}, {"beta", 0.7}}, "optimizer");
  EXPECT_EQ(changed.text("optimizer"), "sgd");
  EXPECT_FALSE(changed.contains("beta"));
  EXPECT_TRUE(changed.contains("momentum"));
}

TEST(WithOtherValue, IsTheSameWhereTheSpaceAllowsNoOther) {
  Space space;
  space.parameters = {{.name = "a", .domain = Choices{{std::int64_t{1}, std::int64_t{2}}, false}}};
  space.constraints.emplace_back("a < 2");
  const Hyperparameters values{{"a", std::int64_t{1}}};
  EXPECT_EQ(with_other_value(space, values, "a"), values);
}

}  // namespace
}  // namespace pbt
