#include "core/space_rules.h"

#include <gtest/gtest.h>

namespace pbt {
namespace {

Parameter real(double low, double high, double quantum = 0) {
  return {"x", RealRange{low, high, Scale::linear, quantum}, {}, false, {}, {}};
}
Parameter integer(std::int64_t low, std::int64_t high, std::int64_t quantum) {
  return {"x", IntegerRange{low, high, Scale::linear, quantum}, {}, false, {}, {}};
}

TEST(AcceptedValues, AreToldInWords) {
  EXPECT_EQ(accepted_values(real(0, 1)), "a number from 0 to 1");
  EXPECT_EQ(accepted_values(real(0, 1, 0.5)), "a number from 0 to 1 in steps of 0.5");
  EXPECT_EQ(accepted_values(integer(2, 8, 2)), "an integer from 2 to 8 in steps of 2");
  EXPECT_EQ(accepted_values({"x", Choices{{1.0, true}}, {}, false, {}, {}}), "one of 1, true");
  EXPECT_EQ(accepted_values({"x", Fixed{2.0}, {}, false, {}, {}}), "2");
}

TEST(Inside, TellsTypesBoundsAndStepsApart) {
  const Parameter even = integer(2, 8, 2);
  EXPECT_TRUE(is_inside(even, std::int64_t{8}));
  for (const Value& outside : {Value(std::int64_t{1}), Value(std::int64_t{10}), Value(std::int64_t{3}), Value(4.0)})
    EXPECT_FALSE(is_inside(even, outside)) << to_string(outside);
  EXPECT_FALSE(is_inside(real(0, 1), std::string("0.5")));
  EXPECT_TRUE(same_value(std::int64_t{1}, 1.0));
  EXPECT_FALSE(same_value(std::int64_t{1}, 2.0));
  EXPECT_FALSE(same_value(std::string("1"), 1.0));
  EXPECT_FALSE(same_value(1.0, std::string("1")));
}

TEST(Move, DrawsAnewWhereTheOldValueIsOfAnotherSpace) {
  Random random{1};
  const Parameter ordered{"x", Choices{{1.0, 2.0}, true}, {}, false, {}, {}};
  EXPECT_TRUE(is_inside(ordered, move(ordered, 3.0, 2, random)));
  EXPECT_TRUE(is_inside(real(0, 1), move(real(0, 1), std::string("adam"), 2, random)));
}

}  // namespace
}  // namespace pbt
