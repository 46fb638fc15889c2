#include "cli/parameter_syntax.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pbt/error.h"

namespace pbt {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

TEST(ParameterSyntax, ReadsARange) {
  const Parameter p = parse_parameter("lr=1e-4..1e-1");
  EXPECT_EQ(p.name, "lr");
  const auto& range = std::get<RealRange>(p.domain);
  EXPECT_EQ(range.low, 1e-4);
  EXPECT_EQ(range.high, 1e-1);
  EXPECT_EQ(range.scale, Scale::linear);
}

TEST(ParameterSyntax, ReadsScales) {
  EXPECT_EQ(std::get<RealRange>(parse_parameter("lr=1e-4..1e-1:log").domain).scale, Scale::log);
  EXPECT_EQ(std::get<RealRange>(parse_parameter("discount=0.9..0.999:one_minus_log").domain).scale,
            Scale::one_minus_log);
}

TEST(ParameterSyntax, ReadsIntegersWithAndWithoutALogScale) {
  const auto linear = std::get<IntegerRange>(parse_parameter("layers=1..4:int").domain);
  EXPECT_EQ(linear.low, 1);
  EXPECT_EQ(linear.high, 4);
  EXPECT_EQ(linear.scale, Scale::linear);
  EXPECT_EQ(std::get<IntegerRange>(parse_parameter("width=16..1024:log:int").domain).scale, Scale::log);
  EXPECT_EQ(std::get<IntegerRange>(parse_parameter("width=16..1e3:int:log").domain).high, 1000);
}

TEST(ParameterSyntax, ReadsNegativeAndPointedBounds) {
  const auto range = std::get<RealRange>(parse_parameter("x=-1.5..+.5").domain);
  EXPECT_EQ(range.low, -1.5);
  EXPECT_EQ(range.high, 0.5);
}

TEST(ParameterSyntax, ReadsChoices) {
  const auto batch = std::get<Choices>(parse_parameter("batch=32,64,128").domain);
  EXPECT_THAT(batch.values, ElementsAre(Value(std::int64_t{32}), Value(std::int64_t{64}), Value(std::int64_t{128})));
  EXPECT_FALSE(batch.ordered);
  EXPECT_TRUE(std::get<Choices>(parse_parameter("batch=32,64:ordered").domain).ordered);
  EXPECT_THAT(std::get<Choices>(parse_parameter("f=relu,tanh").domain).values,
              ElementsAre(Value(std::string("relu")), Value(std::string("tanh"))));
}

TEST(ParameterSyntax, MakesAllChoicesRealWhenOneIs) {
  EXPECT_THAT(std::get<Choices>(parse_parameter("x=0.5,1").domain).values, ElementsAre(Value(0.5), Value(1.0)));
}

TEST(ParameterSyntax, ReadsFixedValuesOfEachType) {
  const auto fixed = [](const char* text) { return std::get<Fixed>(parse_parameter(text).domain).value; };
  EXPECT_EQ(fixed("x=3"), Value(std::int64_t{3}));
  EXPECT_EQ(fixed("x=0.5"), Value(0.5));
  EXPECT_EQ(fixed("x=true"), Value(true));
  EXPECT_EQ(fixed("x=adam"), Value(std::string("adam")));
  EXPECT_EQ(fixed("x=infinity"), Value(std::string("infinity")));
  EXPECT_EQ(fixed("optimizer.name=cuda:0"), Value(std::string("cuda:0")));
  EXPECT_EQ(fixed("path=../data"), Value(std::string("../data")));
}

TEST(ParameterSyntax, TakesADoubledCommaAsOneOfTheText) {
  EXPECT_THAT(std::get<Choices>(parse_parameter("x=a,,b,c").domain).values,
              ElementsAre(Value(std::string("a,b")), Value(std::string("c"))));
}

TEST(ParameterSyntax, ExplainsWhatIsWrongAndShowsTheGrammar) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"lr", "expected NAME=VALUES"},
      {"=1", "expected NAME=VALUES"},
      {"lr=", "the value is missing"},
      {"lr=1..2:lgo", "unknown \":lgo\"; did you mean \"log\"?"},
      {"lr=1..x", "\"x\" is not a number"},
      {"lr=1..", "\"\" is not a number"},
      {"lr=1..2:log:one_minus_log", "two scales are given"},
      {"lr=1..2:ordered", "\":ordered\" is for choices"},
      {"n=1.5..4:int", "\"1.5\" is not an integer, which \":int\" asks for"},
      {"n=1..4:int:one_minus_log", "\":one_minus_log\" is for reals below 1"},
      {"b=1,2:log", "belongs to a range"},
      {"b=1,2:orderd", "unknown \":orderd\"; did you mean \"ordered\"?"},
      {"b=1,", "a choice is empty"},
      {"b=1:ordered", "two or more choices"},
      {"lr=2..1", "lr"},
      {"lr=0..1:log", "lr"},
      {"name=gr\xfcn", "a text must be UTF-8"},  // no experiment file could hold it
  };
  for (const auto& [text, expected] : cases) {
    try {
      (void)parse_parameter(text);
      ADD_FAILURE() << text << " was accepted";
    } catch (const UsageError& error) {
      EXPECT_THAT(error.what(), StartsWith("-p " + text + ": "));
      EXPECT_THAT(error.what(), HasSubstr(expected));
      EXPECT_THAT(error.what(), HasSubstr("-p lr=1e-4..1e-1:log"));
    }
  }
}

}  // namespace
}  // namespace pbt
