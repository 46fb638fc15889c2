#include "trainer/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "trainer/residents.h"

namespace pbt {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Assignment turn() {
  Assignment turn;
  turn.id = "m0.t2.f2";
  turn.from_step = 100;
  turn.steps = 50;
  turn.hyperparameters = {{"lr", 1e-3}, {"layers", std::int64_t{3}}, {"activation", "relu"}};
  return turn;
}

Report good() { return {151, {{"accuracy", 0.9}}, {}, turn().hyperparameters, {}, false}; }

TEST(Verify, TakesAGoodReportAndADivergedOne) {
  EXPECT_FALSE(verify(turn(), good(), "accuracy"));
  Report diverged = good();
  diverged.metrics["accuracy"] = std::nan("");
  diverged.in_effect = {};
  EXPECT_FALSE(verify(turn(), diverged, "accuracy"));
}

TEST(Verify, FailsTooFewStepsUnlessPartial) {
  Report report = good();
  report.step = 149;
  const auto failure = verify(turn(), report, "accuracy");
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->kind, FailureKind::too_few_steps);
  EXPECT_EQ(failure->step, 149);
  EXPECT_THAT(failure->message, HasSubstr("stopped at step 149, but was asked to go from 100 to 150"));
  report.partial = true;
  EXPECT_FALSE(verify(turn(), report, "accuracy"));
}

TEST(Verify, FailsStepsThatNobodyTrains) {
  Report report = good();
  report.step = (std::int64_t{1} << 53U) + 1;
  ASSERT_TRUE(verify(turn(), report, "accuracy"));
  EXPECT_THAT(verify(turn(), report, "accuracy")->message, HasSubstr("beyond 2^53"));
  report.step = 99;  // before the turn began
  report.partial = true;
  ASSERT_TRUE(verify(turn(), report, "accuracy"));
  EXPECT_EQ(verify(turn(), report, "accuracy")->kind, FailureKind::too_few_steps);
}

TEST(Verify, NamesTheMetricsThatThereAreAndTheNearest) {
  Report report = good();
  report.metrics = {{"accurcy", 0.9}, {"loss", 1}};
  const auto failure = verify(turn(), report, "accuracy");
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->kind, FailureKind::no_metric);
  EXPECT_THAT(failure->message, HasSubstr("it has \"accurcy\", \"loss\"; did you mean \"accurcy\"?"));
  report.metrics = {};
  EXPECT_THAT(verify(turn(), report, "accuracy")->message, HasSubstr("it has none at all"));
}

TEST(Verify, SaysItShortlyWhateverTheTrainerReports) {
  Report report = good();
  report.metrics = {{std::string(1'000'000, 'a'), 1}, {"loss", 1}};
  EXPECT_LT(verify(turn(), report, "accuracy")->message.size(), 2000U);
  report.metrics.clear();
  for (int i = 0; i < 10'000; ++i) report.metrics["metric " + std::to_string(i)] = i;
  EXPECT_LT(verify(turn(), report, "accuracy")->message.size(), 2000U);
  report = good();
  report.in_effect.set("activation", std::string(1'000'000, 'x'));
  EXPECT_LT(verify(turn(), report, "accuracy")->message.size(), 2000U);
}

TEST(Verify, ExplainsValuesThatWereNotInEffect) {
  Report report = good();
  report.in_effect.set("lr", 2e-3);
  const auto failure = verify(turn(), report, "accuracy");
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->kind, FailureKind::not_in_effect);
  EXPECT_THAT(failure->message, HasSubstr("lr was to be 0.001, but 0.002 was in effect"));
  EXPECT_THAT(failure->message, HasSubstr("Load first, then apply"));
}

TEST(Verify, ComparesRealsAsFloatsDoAndIntegersExactly) {
  Report report = good();
  report.in_effect.set("lr", static_cast<double>(1e-3F));
  report.in_effect.set("layers", 3.0);
  EXPECT_FALSE(verify(turn(), report, "accuracy"));
  report.in_effect.set("layers", 3.0000001);
  EXPECT_EQ(verify(turn(), report, "accuracy")->kind, FailureKind::not_in_effect);
  report.in_effect.set("layers", std::int64_t{3});
  report.in_effect.set("activation", "tanh");
  EXPECT_EQ(verify(turn(), report, "accuracy")->kind, FailureKind::not_in_effect);
}

Assignment from(const std::string& id, const std::string& parent) {
  Assignment turn;
  turn.id = id;
  turn.parent = parent;
  turn.weights = parent.empty() ? Weights::none : Weights::resident;
  return turn;
}

TEST(Residents, DropsTheLeastRecentlyTrainedBeforeTheNumberWouldPassTheMost) {
  Residents residents(2);
  EXPECT_THAT(residents.succeed("a"), IsEmpty());
  EXPECT_THAT(residents.succeed("b"), IsEmpty());
  std::vector<Assignment> turns{from("c", "")};
  EXPECT_THAT(residents.begin(turns), ElementsAre("a"));
  EXPECT_THAT(residents.succeed("c"), IsEmpty());
  EXPECT_THAT(residents.ids(), ElementsAre("b", "c"));
}

TEST(Residents, UsesUpAParentSoThatItsSecondChildLoadsTheFolder) {
  Residents residents(2);
  static_cast<void>(residents.succeed("a"));
  std::vector<Assignment> turns{from("b", "a"), from("c", "a")};
  EXPECT_THAT(residents.begin(turns), IsEmpty());
  EXPECT_EQ(turns[0].weights, Weights::resident);
  EXPECT_EQ(turns[1].weights, Weights::folder);
  EXPECT_THAT(residents.ids(), IsEmpty());
}

TEST(Residents, KeepsNeitherAFailedTurnNorItsParent) {
  Residents residents(3);
  static_cast<void>(residents.succeed("a"));
  static_cast<void>(residents.succeed("b"));
  Assignment copied = from("c", "a");
  copied.weights = Weights::folder;
  std::vector<Assignment> turns{copied};
  static_cast<void>(residents.begin(turns));
  residents.fail(copied);
  EXPECT_THAT(residents.ids(), ElementsAre("b"));
}

TEST(Residents, HoldsABatchThatIsLargerThanTheMostOnlyInPart) {
  Residents residents(1);
  std::vector<Assignment> turns{from("a", ""), from("b", "")};
  EXPECT_THAT(residents.begin(turns), IsEmpty());
  EXPECT_THAT(residents.succeed("a"), IsEmpty());
  EXPECT_THAT(residents.succeed("b"), ElementsAre("a"));
  EXPECT_THAT(Residents(0).succeed("a"), IsEmpty());
}

}  // namespace
}  // namespace pbt
