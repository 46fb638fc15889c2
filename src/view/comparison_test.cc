#include "view/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "view/record_fixture.h"

namespace pbt {
namespace {

using testing::HasSubstr;

std::vector<double> spent(const std::vector<CurvePoint>& curve) {
  std::vector<double> values;
  for (const CurvePoint& point : curve) values.push_back(point.spent);
  return values;
}

constexpr double unlimited = std::numeric_limits<double>::infinity();

TEST(BestSoFar, RisesWithTheStepsOfAllMembers) {
  const auto curve = best_so_far(small_record(), Equal::steps, unlimited);
  EXPECT_THAT(spent(curve), testing::ElementsAre(100, 300, 400)) << "the second turn was no better than the first";
  EXPECT_EQ(curve.back().score, 0.875);
  EXPECT_EQ(spent_by(small_record(), Equal::steps), 500);
}

TEST(BestSoFar, CountsFailedStepsToo) {
  FakeRecord record = small_record();
  Failure failure;
  failure.turn = {0, 3};
  failure.steps_lost = 40;
  record.fail(failure);
  record.add(small_turn({0, 3}, TurnKey{0, 2}, 200, 0.9, small_values(0.01, 32)));
  EXPECT_THAT(spent(best_so_far(record, Equal::steps, unlimited)), testing::ElementsAre(100, 300, 400, 640));
}

TEST(BestSoFar, CountsTimeInWhichAnybodyTrainedOnce) {
  const auto curve = best_so_far(small_record(), Equal::wall, unlimited);
  EXPECT_THAT(spent(curve), testing::ElementsAre(1, 2, 2)) << "members train beside each other";
}

TEST(ScoreAt, IsTheBestUntilThen) {
  const auto curve = best_so_far(small_record(), Equal::steps, unlimited);
  EXPECT_EQ(score_at(curve, 99), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(score_at(curve, 100), 0.5);
  EXPECT_EQ(score_at(curve, 399), 0.75);
  EXPECT_EQ(score_at(curve, 1e9), 0.875);
}

TEST(BestSoFar, EndsAtTheBudgetWithWhatWasUnderWayThen) {
  FakeRecord record(3);
  const auto add = [&](int member, double score, std::int64_t from_ms, std::int64_t to_ms) {
    Turn turn = small_turn({member, 1}, {}, 100, score, small_values(0.01, 32));
    turn.started_ms = from_ms;
    turn.ended_ms = to_ms;
    record.add(turn);
  };
  add(0, 0.1, 0, 10);
  add(1, 0.2, 5, 20);  // reaches 150
  add(2, 0.3, 15, 30);
  EXPECT_THAT(spent(best_so_far(record, Equal::steps, 150)), testing::ElementsAre(100, 150, 150));
  EXPECT_THAT(spent(best_so_far(record, Equal::steps, 100)), testing::ElementsAre(100, 100)) << "one began after";
  EXPECT_EQ(best_so_far(record, Equal::steps, 100).back().score, 0.2);
}

/// A method with runs that reach these scores after half of the budget of 100.
Method method_of(const std::string& name, const std::vector<double>& scores) {
  Method method{name, name, {}};
  for (const double score : scores)
    method.runs.push_back({name, method.runs.size(), 100, {{10, score - 1}, {50, score}}, {}});
  return method;
}

Comparison comparison_of(std::vector<Method> methods) {
  return {"accuracy", Mode::maximize, Equal::steps, 100, std::move(methods)};
}

TEST(Comparison, SaysWhoIsBetterAndWhen) {
  const auto found = verdicts(comparison_of({method_of("pbt", {4, 5, 6, 7}), method_of("random", {1, 2, 3, 4})}));
  EXPECT_EQ(found[0].final_mean, 5.5);
  EXPECT_EQ(found[1].final_mean, 2.5);
  EXPECT_EQ(found[1].better, 0.5 / 16);
  EXPECT_EQ(found[1].first_reached_it_at, 10) << "its first point is above the other's last";
  EXPECT_EQ(found[0].first_reached_it_at, 50);
}

TEST(Comparison, TakesEvaluationsForFinalsOnlyWhereAllRunsHaveThem) {
  Comparison comparison = comparison_of({method_of("pbt", {5, 5}), method_of("random", {4, 4})});
  for (ComparedRun& run : comparison.methods[0].runs) run.evaluated = 3;
  EXPECT_EQ(verdicts(comparison)[0].final_mean, 5) << "one method's alone would be no comparison";
  for (ComparedRun& run : comparison.methods[1].runs) run.evaluated = 3.5;
  const auto found = verdicts(comparison);
  EXPECT_EQ(found[0].final_mean, 3);
  EXPECT_EQ(found[0].tuned_mean, 5);
  EXPECT_EQ(found[1].better, 1) << "tuning had chosen the wrong one";
}

TEST(Comparison, SaysWhyNothingWasEvaluatedAgain) {
  Comparison comparison = comparison_of({method_of("pbt", {5, 5}), method_of("random", {4, 4})});
  comparison.methods[1].runs[0].best_came_later = true;
  EXPECT_THAT(comparison_text(comparison, verdicts(comparison)), HasSubstr("random went on beyond"));
}

TEST(Comparison, CountsADivergedRunAsOne) {
  Comparison comparison = comparison_of({method_of("pbt", {1, 5, 5, 5}), method_of("random", {4, 4, 4, 4})});
  comparison.methods[0].runs[0].curve.clear();
  for (Method& method : comparison.methods)
    for (ComparedRun& run : method.runs) run.evaluated = run.curve.empty() ? -unlimited : run.curve.back().score;
  const auto found = verdicts(comparison);
  EXPECT_TRUE(found[0].evaluated);
  EXPECT_EQ(found[0].final_mean, 5) << "an interquartile mean bears one in four";
  EXPECT_EQ(found[1].better, 0.25);
  EXPECT_EQ(found[1].first_reached_it_at, 10);
  EXPECT_FALSE(mean_curve(comparison, comparison.methods[0]).mean.empty());
}

TEST(Comparison, NeverReachesAMethodWithoutAnyScore) {
  Comparison comparison = comparison_of({method_of("pbt", {5, 5}), method_of("random", {4, 4})});
  for (ComparedRun& run : comparison.methods[1].runs) run.curve.clear();
  EXPECT_FALSE(verdicts(comparison)[1].first_reached_it_at);
}

TEST(Comparison, WidensItsIntervalsWithTheNumberOfMethods) {
  const Method first = method_of("pbt", {1, 2, 3, 4, 5, 6}), other = method_of("a", {2, 3, 4, 5, 6, 7});
  const Interval alone = verdicts(comparison_of({first, other}))[1].better_interval;
  const Interval beside =
      verdicts(comparison_of({first, other, method_of("b", {1, 2}), method_of("c", {1, 2}), method_of("d", {1, 2})}))[1]
          .better_interval;
  EXPECT_LE(beside.low, alone.low);
  EXPECT_GT(beside.high - beside.low, alone.high - alone.low);
}

TEST(Comparison, ShowsAMinimisedMetricInItsOwnSign) {
  Comparison comparison = comparison_of({method_of("pbt", {-1, -1}), method_of("random", {-2, -2})});
  comparison.metric = "loss";
  comparison.mode = Mode::minimize;
  const auto found = verdicts(comparison);
  EXPECT_THAT(comparison_text(comparison, found), HasSubstr("loss (lower is better)"));
  EXPECT_THAT(comparison_json(comparison, found), HasSubstr("\"final\":2.0"));
  EXPECT_THAT(comparison_csv(comparison), HasSubstr("random,0,50,2\n"));
}

TEST(Comparison, SaysHowManyComparisonsThereAre) {
  const Comparison comparison =
      comparison_of({method_of("pbt", {4, 5}), method_of("random", {1, 2}), method_of("fixed", {1, 2})});
  const std::string text = comparison_text(comparison, verdicts(comparison));
  EXPECT_THAT(text, HasSubstr("2 comparisons, intervals at 97.5 % each (Bonferroni)"));
  EXPECT_THAT(text, HasSubstr("and so too good")) << "nothing was evaluated again";
}

TEST(Comparison, IsDrawnWithACurveForEachMethod) {
  const Comparison comparison = comparison_of({method_of("pbt", {4, 5}), method_of("<random>", {1, 2})});
  const std::string picture = comparison_picture(comparison, verdicts(comparison));
  EXPECT_THAT(picture, HasSubstr("&lt;random&gt;"));
  std::size_t curves = 0;
  for (std::size_t at = 0; (at = picture.find("<polyline", at)) != std::string::npos; ++at) ++curves;
  EXPECT_EQ(curves, 2U);
  EXPECT_THAT(picture, testing::Not(HasSubstr("nan")));
}

}  // namespace
}  // namespace pbt
