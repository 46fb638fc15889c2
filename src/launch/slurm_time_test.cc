#include "launch/slurm_time.h"

#include <gtest/gtest.h>

namespace pbt {
namespace {

TEST(SlurmTime, IsReadInSlurmsForms) {
  EXPECT_EQ(parse_slurm_time_s("12:00:00"), 43'200);
  EXPECT_EQ(parse_slurm_time_s("90:30"), 5430);
  EXPECT_EQ(parse_slurm_time_s("1-12"), 129'600);
  EXPECT_EQ(parse_slurm_time_s("1-12:30"), 131'400);
  EXPECT_EQ(parse_slurm_time_s("1-00:00:05"), 86'405);
}

TEST(SlurmTime, IsNoBareNumberAndNoOtherText) {
  for (const char* text : {"", "90", "2h", "1:2:3:4", "1-", "-1", "a:b", "1-1-1", "1:", "-1:00"})
    EXPECT_FALSE(parse_slurm_time_s(text)) << text;
}

TEST(SlurmTime, IsWrittenWithDaysWhereThereAreAny) {
  EXPECT_EQ(slurm_time(2700), "00:45:00");
  EXPECT_EQ(slurm_time(131'400), "1-12:30:00");
  EXPECT_EQ(slurm_time(0.5), "00:00:01");
}

}  // namespace
}  // namespace pbt
