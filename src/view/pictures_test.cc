#include "view/pictures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "view/chart.h"
#include "view/record_fixture.h"

namespace pbt {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

int count(const std::string& text, const std::string& wanted) {
  int found = 0;
  for (auto at = text.find(wanted); at != std::string::npos; at = text.find(wanted, at + 1)) ++found;
  return found;
}

TEST(Ticks, AreRoundAndWithinTheRange) {
  EXPECT_THAT(ticks({0, 1}, 5), ElementsAre(0, 0.2, testing::DoubleEq(0.4), testing::DoubleEq(0.6), 0.8, 1));
  EXPECT_THAT(ticks({-30, 270}, 4), ElementsAre(0, 100, 200));
  EXPECT_THAT(ticks({1e-5, 1e-2, Scale::log}, 4),
              ElementsAre(testing::DoubleNear(1e-5, 1e-12), testing::DoubleNear(1e-4, 1e-12),
                          testing::DoubleNear(1e-3, 1e-12), testing::DoubleNear(1e-2, 1e-12)));
  EXPECT_THAT(
      ticks({0.9, 0.999, Scale::one_minus_log}, 4),
      ElementsAre(testing::DoubleNear(0.9, 1e-9), testing::DoubleNear(0.99, 1e-9), testing::DoubleNear(0.999, 1e-9)));
}

TEST(Ticks, AreFewAlsoWhereValuesDifferByLessThanTheyCanSay) {
  const AxisRange range = range_of({1.0, 0.9999999999999999});
  EXPECT_LT(ticks(range, 8).size(), 20U);
  EXPECT_LT(ticks({1.0, 1.0000000000000004, Scale::linear}, 8).size(), 30U);
}

TEST(RangeOf, LeavesOutWhatIsNotFiniteAndOutliersThatWouldPressTheRest) {
  const AxisRange range = range_of({1, 2, INFINITY, NAN, 3});
  EXPECT_LT(range.low, 1);
  EXPECT_GT(range.high, 3);
  std::vector<double> values{-1000};
  for (int i = 0; i < 30; ++i) values.push_back(i);
  EXPECT_GT(range_of(values, 0.1).low, -1);
  EXPECT_LT(range_of(values).low, -1000);
  EXPECT_EQ(range_of({}).high, 1);
}

TEST(Pictures, AreFreeOfWhatIsNotANumber) {
  const FakeRecord record = small_record();
  const auto turns = all_turns(record);
  for (const auto picture : {curves_picture, schedules_picture, lineage_picture}) {
    const std::string svg = picture(small_experiment(), turns, record.population(0));
    EXPECT_THAT(svg, HasSubstr("<svg "));
    EXPECT_THAT(svg, Not(HasSubstr("nan")));
    EXPECT_THAT(svg, Not(HasSubstr("inf")));
  }
}

TEST(Pictures, ShowAPanelForEachHyperparameterThatIsSearched) {
  const FakeRecord record = small_record();
  const std::string svg = schedules_picture(small_experiment(), all_turns(record), record.population(0));
  EXPECT_THAT(svg, HasSubstr(">optimizer.lr<"));
  EXPECT_THAT(svg, HasSubstr(">batch<"));
  EXPECT_THAT(svg, Not(HasSubstr(">layers<"))) << "it is fixed";
}

TEST(Pictures, CountThoseThatBeganAndThoseWhoseDescendantsLive) {
  const FakeRecord record = small_record();
  const std::string svg = lineage_picture(small_experiment(), all_turns(record), record.population(0));
  EXPECT_THAT(svg, HasSubstr("3 began, 1 with living descendants"));
  EXPECT_EQ(count(svg, "<path "), 3) << "two arcs where m1 and m0 part, and the one to the best again in thick";
}

TEST(Pictures, EscapeWhatTrainersAndPeopleWrote) {
  Experiment experiment = small_experiment();
  experiment.objective.metric = "a<b & \"c\"";
  const FakeRecord record = small_record();
  EXPECT_THAT(curves_picture(experiment, all_turns(record), record.population(0)),
              HasSubstr("a&lt;b &amp; &quot;c&quot;"));
}

}  // namespace
}  // namespace pbt
