#include "core/json.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "pbt/error.h"

namespace pbt {
namespace {

using std::string_literals::operator""s;

TEST(JsonTest, ReadsBackHyperparametersOfEveryKind) {
  const Hyperparameters values{
      {"lr", 0.1}, {"one", 1.0}, {"layers", std::int64_t{1}}, {"name", "a\"b"s}, {"flag", false}};
  EXPECT_EQ(hyperparameters_from_json(parse_json(dump(to_json(values)), "text")), values);
}

TEST(JsonTest, KeepsRealsAndIntegersApart) {
  EXPECT_EQ(dump(to_json(Value(1.0))), "1.0");
  EXPECT_EQ(dump(to_json(Value(std::int64_t{1}))), "1");
}

TEST(JsonTest, WritesNonFiniteMetricsAsStrings) {
  const Metrics metrics{{"a", std::nan("")}, {"b", -std::numeric_limits<double>::infinity()}, {"c", 2}};
  EXPECT_EQ(dump(to_json(metrics)), R"({"a":"NaN","b":"-Infinity","c":2.0})");
  EXPECT_TRUE(std::isnan(metrics_from_json(to_json(metrics)).at("a")));
}

TEST(JsonTest, QuotesWhatItCannotRead) {
  EXPECT_THROW((void)parse_json("{", "the answer"), Error);
  EXPECT_THROW((void)parse_json("1e999", "the answer"), Error);
  EXPECT_THROW((void)hyperparameters_from_json(parse_json("[1]", "x")), Error);
  EXPECT_THROW((void)hyperparameters_from_json(parse_json(R"({"a":null})", "x")), Error);
  EXPECT_THROW((void)value_from_json(parse_json("18446744073709551615", "x")), Error);
  EXPECT_THROW((void)metrics_from_json(parse_json(R"({"a":"high"})", "x")), Error);
}

TEST(JsonTest, RefusesNestingThatTheStackCouldNotHold) {
  const std::string deep(1'000'000, '[');
  EXPECT_THROW((void)parse_json(deep, "x"), Error);
  EXPECT_THROW((void)parse_json(deep + std::string(1'000'000, ']'), "x"), Error);
  EXPECT_TRUE(try_parse_json(deep + std::string(1'000'000, ']')).is_discarded());
  const std::string most = std::string(json_depth_max, '[') + std::string(json_depth_max, ']');
  EXPECT_EQ(dump(parse_json(most, "x")), most);
  EXPECT_NO_THROW((void)parse_json('"' + deep + "\\\"" + deep + '"', "x"));
}

TEST(JsonTest, SaysWhatItCannotReadInAFewWords) {
  try {
    (void)parse_json('"' + std::string(100'000, '\t'), "the answer");
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_LT(std::string(error.what()).size(), 400U);
  }
}

TEST(JsonTest, PrintsTextThatIsNoUtf8) { EXPECT_NO_THROW((void)dump(to_json(Value("\xff\xfe"s)))); }

TEST(JsonTest, RefusesSamplesThatAreNoList) {
  EXPECT_EQ(samples_from_json(parse_json("[1, 2.5]", "text")), (std::vector<double>{1, 2.5}));
  EXPECT_THROW((void)samples_from_json(parse_json("{\"a\": 1}", "text")), Error);
}

}  // namespace
}  // namespace pbt
