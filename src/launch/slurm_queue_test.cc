#include "launch/slurm_queue.h"

#include <gtest/gtest.h>

#include "pbt/error.h"

namespace pbt {
namespace {

TEST(JobNumber, IsTheFirstOfWhatSbatchPrints) {
  EXPECT_EQ(parse_job_number("4711\n"), "4711");
  EXPECT_EQ(parse_job_number("4711;cluster\n"), "4711");
}

TEST(JobNumber, IsNothingElseThanDigits) {
  for (const char* text : {"", "\n", "Submitted batch job 4711", "-1"})
    EXPECT_THROW((void)parse_job_number(text), Error) << text;
}

TEST(SlurmQueue, HasALineAnElement) {
  const auto elements =
      parse_slurm_queue("4711|0|RUNNING|1:02|node17|None\n4711|1|PENDING|0:00||Resources\nslurm_load_jobs error\n");
  ASSERT_EQ(elements.size(), 2u);
  EXPECT_EQ(elements[0].job, "4711");
  EXPECT_EQ(elements[0].nodes, "node17");
  EXPECT_EQ(elements[0].reason, "");
  EXPECT_EQ(elements[1].element, "1");
  EXPECT_EQ(elements[1].state, "PENDING");
  EXPECT_EQ(elements[1].reason, "Resources");
}

}  // namespace
}  // namespace pbt
