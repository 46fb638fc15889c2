#include "core/axis.h"

#include <gtest/gtest.h>

#include <string>

namespace pbt {
namespace {

Parameter parameter(decltype(Parameter::domain) domain) { return {"x", std::move(domain), {}, false, {}, {}}; }

TEST(Units, StandBetweenTheEndsInTheCoordinateOfTheDraw) {
  EXPECT_DOUBLE_EQ(*unit_of(parameter(RealRange{0, 4, Scale::linear}), 1.0), 0.25);
  EXPECT_DOUBLE_EQ(*unit_of(parameter(RealRange{1e-4, 1, Scale::log}), 1e-2), 0.5);
  EXPECT_NEAR(*unit_of(parameter(RealRange{0, 0.9999, Scale::one_minus_log}), 0.99), 0.5, 1e-12);
  EXPECT_DOUBLE_EQ(*unit_of(parameter(IntegerRange{0, 10}), std::int64_t{5}), 0.5);
  EXPECT_DOUBLE_EQ(*unit_of(parameter(Choices{{16.0, 32.0, 64.0}, /*ordered=*/true}), 32.0), 0.5);
}

TEST(Units, LeadBackToTheirValues) {
  const Parameter log = parameter(RealRange{1e-4, 1, Scale::log});
  EXPECT_NEAR(std::get<double>(value_at(log, *unit_of(log, 0.03))), 0.03, 1e-12);
  const Parameter integer = parameter(IntegerRange{1, 64, Scale::log});
  for (std::int64_t value = 1; value <= 64; ++value)
    EXPECT_EQ(value_at(integer, *unit_of(integer, value)), Value(value));
  const Parameter choice = parameter(Choices{{16.0, 32.0, 64.0}, /*ordered=*/true});
  EXPECT_EQ(value_at(choice, 0.6), Value(32.0));
  EXPECT_EQ(value_at(choice, 7), Value(64.0));
}

TEST(Units, KeepToTheQuantum) {
  const Parameter stepped = parameter(RealRange{0, 1, Scale::linear, 0.25});
  EXPECT_EQ(value_at(stepped, 0.3), Value(0.25));
  EXPECT_EQ(value_at(stepped, 0.9), Value(1.0));
}

TEST(Units, AreNotThereForWhatHasNoOrder) {
  const Parameter names = parameter(Choices{{std::string("relu"), std::string("tanh")}, /*ordered=*/false});
  EXPECT_FALSE(has_units(names));
  EXPECT_FALSE(unit_of(names, std::string("relu")));
  EXPECT_FALSE(has_units(parameter(Fixed{1.0})));
  EXPECT_FALSE(unit_of(parameter(RealRange{0, 1}), std::string("relu")));
}

}  // namespace
}  // namespace pbt
