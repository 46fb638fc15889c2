#include "core/hexadecimal.h"

#include <gtest/gtest.h>

namespace pbt {
namespace {

TEST(Hexadecimal, HasTwoDigitsAByte) { EXPECT_EQ(hexadecimal(std::string_view("\0\x0f\xff z", 5)), "000fff207a"); }

}  // namespace
}  // namespace pbt
