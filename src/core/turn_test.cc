#include "pbt/turn.h"

#include <gtest/gtest.h>

namespace pbt {
namespace {

TEST(Turn, IsNamedByMemberIndexAndFence) {
  EXPECT_EQ(to_string(TurnKey{3, 7}), "m3.t7");
  EXPECT_EQ(turn_id({3, 7}, 12), "m3.t7.f12");
}

TEST(Turn, HasADecisionOfOneOfTheseKinds) {
  EXPECT_EQ(to_string(DecisionKind::start), "start");
  EXPECT_EQ(to_string(DecisionKind::proceed), "continue");
  EXPECT_EQ(to_string(DecisionKind::copy), "copy");
  EXPECT_EQ(to_string(DecisionKind::wait), "wait");
  EXPECT_EQ(to_string(DecisionKind::stop), "stop");
}

TEST(Turn, FailsInOneOfTheseWays) {
  EXPECT_EQ(to_string(FailureKind::crash), "crash");
  EXPECT_EQ(to_string(FailureKind::timeout), "timeout");
  EXPECT_EQ(to_string(FailureKind::protocol), "protocol");
  EXPECT_EQ(to_string(FailureKind::reported), "reported");
  EXPECT_EQ(to_string(FailureKind::too_few_steps), "too_few_steps");
  EXPECT_EQ(to_string(FailureKind::no_metric), "no_metric");
  EXPECT_EQ(to_string(FailureKind::not_in_effect), "not_in_effect");
  EXPECT_EQ(to_string(FailureKind::checkpoint), "checkpoint");
  EXPECT_EQ(to_string(FailureKind::abandoned), "abandoned");
}

}  // namespace
}  // namespace pbt
