#include "cli/interrupts.h"

#include <gtest/gtest.h>

#include <csignal>

namespace pbt {
namespace {

TEST(Interrupts, CountEachOfAPerson) {
  const Interrupts interrupts;
  EXPECT_EQ(interrupts.count(), 0);
  std::raise(SIGINT);
  std::raise(SIGHUP);
  EXPECT_EQ(interrupts.count(), 2);
}

TEST(Interrupts, CountThoseOfASchedulerAsOne) {
  const Interrupts interrupts;
  std::raise(SIGUSR1);
  std::raise(SIGTERM);
  std::raise(SIGTERM);
  EXPECT_EQ(interrupts.count(), 1);
  std::raise(SIGINT);
  EXPECT_EQ(interrupts.count(), 2);
}

TEST(Interrupts, WhenAnInnerOneEndsTheOuterCountsOn) {
  const Interrupts outer;
  std::raise(SIGTERM);
  {
    const Interrupts inner;
    EXPECT_EQ(inner.count(), 1);
    std::raise(SIGINT);
    std::raise(SIGUSR2);
  }
  std::raise(SIGINT);
  EXPECT_EQ(outer.count(), 3);
  EXPECT_TRUE(outer.drain());
}

}  // namespace
}  // namespace pbt
