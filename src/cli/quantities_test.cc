#include "cli/quantities.h"

#include <gtest/gtest.h>

namespace pbt {
namespace {

TEST(Duration, IsReadInUnitsAloneOrTogether) {
  EXPECT_EQ(parse_duration_s("2h"), 7200);
  EXPECT_EQ(parse_duration_s("90m"), 5400);
  EXPECT_EQ(parse_duration_s("1h30m"), 5400);
  EXPECT_EQ(parse_duration_s("1 d 12 h"), 129600);
  EXPECT_EQ(parse_duration_s("0.5s"), 0.5);
  EXPECT_EQ(parse_duration_s("300"), 300);
}

TEST(Duration, IsNothingWhenTheTextIsNone) {
  for (const char* text : {"", " ", "h", "2x", "-1h", "2h30", "inf", "nan", "1e3s", "two hours"}) {
    EXPECT_EQ(parse_duration_s(text), std::nullopt) << text;
  }
  EXPECT_EQ(parse_duration_s(std::string(308, '9') + "d"), std::nullopt);  // in seconds, more than a double holds
}

TEST(Duration, IsWrittenInTheLargestUnitThatIsExact) {
  EXPECT_EQ(duration_text(7200), "2h");
  EXPECT_EQ(duration_text(5400), "90m");
  EXPECT_EQ(duration_text(86400), "1d");
  EXPECT_EQ(duration_text(61), "61s");
}

TEST(Bytes, AreReadInDecimalAndBinaryUnits) {
  EXPECT_EQ(parse_bytes("10 GB"), 10'000'000'000u);
  EXPECT_EQ(parse_bytes("512MiB"), 536'870'912u);
  EXPECT_EQ(parse_bytes("1.5 kB"), 1500u);
  EXPECT_EQ(parse_bytes("4096"), 4096u);
  EXPECT_EQ(parse_bytes("7 B"), 7u);
}

TEST(Bytes, AreNothingWhenTheTextIsNone) {
  for (const char* text : {"", "GB", "10 gigs", "-1 GB", "1e30", "99999999999 TB"})
    EXPECT_EQ(parse_bytes(text), std::nullopt) << text;
}

TEST(Bytes, AreWrittenInTheLargestUnitThatIsExact) {
  EXPECT_EQ(bytes_text(10'000'000'000), "10 GB");
  EXPECT_EQ(bytes_text(536'870'912), "512 MiB");
  EXPECT_EQ(bytes_text(4097), "4097");
}

}  // namespace
}  // namespace pbt
