#include "launch/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pbt/error.h"
#include "tests/support/what_is_said.h"

namespace pbt {
namespace {

TEST(RunProgram, TellsStatusOutputAndError) {
  const Ran ran = run_program({"sh", "-c", "echo out; echo err >&2; exit 3"}, "install it");
  EXPECT_EQ(ran.status, 3);
  EXPECT_EQ(ran.output, "out\n");
  EXPECT_EQ(ran.error, "err\n");
}

TEST(RunProgram, GoesThroughNoShell) { EXPECT_EQ(run_program({"echo", "$(id)", "a  b"}, "").output, "$(id) a  b\n"); }

TEST(RunProgram, TakesMoreThanAPipeHolds) {
  EXPECT_EQ(run_program({"head", "-c", "1000000", "/dev/zero"}, "").output.size(), 1'000'000u);
}

TEST(RunProgram, SaysWhatToDoWhereThereIsNone) {
  EXPECT_THAT(what_is_said<Error>([] { (void)run_program({"no-such-program"}, "load its module"); }),
              testing::EndsWith("there is no program \"no-such-program\" on PATH: load its module"));
}

}  // namespace
}  // namespace pbt
