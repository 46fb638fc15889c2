#include "algorithm/hand_schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "algorithm/test_population.h"
#include "pbt/algorithm.h"
#include "pbt/error.h"

namespace pbt {
namespace {

Settings schedule(Settings settings) {
  Settings named;
  for (auto& [key, value] : settings) named["schedule.rate." + key] = value;
  return named;
}

HandSchedule read(Settings settings) { return read_hand_schedules(schedule(std::move(settings))).at("rate"); }

std::string refusal(Settings settings) {
  try {
    (void)read(std::move(settings));
    return "";
  } catch (const UsageError& error) {
    return error.what();
  }
}

TEST(HandSchedule, HoldsEachPieceUntilTheNext) {
  const HandSchedule pieces = read({{"shape", std::string("piecewise")},
                                    {"steps", std::vector<double>{0, 100, 500}},
                                    {"values", std::vector<double>{3, 2, 1}}});
  EXPECT_EQ(pieces.at(0), 3);
  EXPECT_EQ(pieces.at(99), 3);
  EXPECT_EQ(pieces.at(100), 2);
  EXPECT_EQ(pieces.at(9999), 1);
}

TEST(HandSchedule, FollowsACosineAfterItsWarmUp) {
  const HandSchedule cosine =
      read({{"shape", std::string("cosine")}, {"from", 1.0}, {"to", 0.2}, {"warmup", 200.0}, {"end", 1000.0}});
  EXPECT_DOUBLE_EQ(cosine.at(50), 0.25);
  EXPECT_DOUBLE_EQ(cosine.at(200), 1);
  EXPECT_DOUBLE_EQ(cosine.at(600), 0.6) << "half way";
  EXPECT_DOUBLE_EQ(cosine.at(1000), 0.2) << "at its end";
  EXPECT_DOUBLE_EQ(cosine.at(2000), 0.2);
}

TEST(HandSchedule, FollowsALine) {
  const HandSchedule line = read({{"shape", std::string("linear")}, {"from", 1.0}, {"to", 0.0}, {"end", 500.0}});
  EXPECT_DOUBLE_EQ(line.at(125), 0.75);
  EXPECT_DOUBLE_EQ(line.at(700), 0);
}

TEST(HandSchedule, FallsWithTheSquareRootAfterItsPeak) {
  const HandSchedule root = read({{"shape", std::string("inverse_sqrt")}, {"peak", 1e-3}, {"warmup", 400.0}});
  EXPECT_DOUBLE_EQ(root.at(100), 0.25e-3);
  EXPECT_DOUBLE_EQ(root.at(400), 1e-3);
  EXPECT_DOUBLE_EQ(root.at(1600), 0.5e-3);
}

TEST(HandSchedule, SaysWhatIsWrongWithIt) {
  EXPECT_THAT(refusal({{"from", 1.0}}), testing::HasSubstr("[algorithm.schedule] rate: shape is missing"));
  EXPECT_THAT(refusal({{"shape", std::string("cosin")}}), testing::HasSubstr("did you mean \"cosine\""));
  EXPECT_THAT(refusal({{"shape", std::string("cosine")}, {"from", 1.0}}), testing::HasSubstr("to is missing"));
  EXPECT_THAT(refusal({{"shape", std::string("linear")}, {"from", 1.0}, {"to", 0.0}}),
              testing::HasSubstr("end is missing"));
  EXPECT_THAT(refusal({{"shape", std::string("piecewise")},
                       {"steps", std::vector<double>{0, 5}},
                       {"values", std::vector<double>{1}}}),
              testing::HasSubstr("values must be as many as steps"));
  EXPECT_THAT(refusal({{"shape", std::string("inverse_sqrt")}, {"peak", 1.0}, {"warmup", 4.0}, {"peek", 1.0}}),
              testing::HasSubstr("peek is no setting of it"));
}

Experiment experiment_with(const std::string& shape, double from, double to) {
  Experiment experiment;
  experiment.population = 1;
  experiment.interval = 100;
  experiment.budget.steps = 1000;
  experiment.algorithm.type = "fixed";
  experiment.algorithm.settings = schedule({{"shape", shape}, {"from", from}, {"to", to}, {"end", 1000.0}});
  experiment.space.parameters.push_back({"rate", RealRange{0.1, 1}, {}, false, {}, {}});
  return experiment;
}

TEST(FixedValues, ChangeAlongAScheduleMadeByHand) {
  const auto algorithm = make_algorithm(experiment_with("linear", 1.0, 0.2), builtin_strategies());
  Population population = unborn_population(1);
  Random random{1};
  const Choice first = algorithm->first(population, 0, random);
  EXPECT_DOUBLE_EQ(first.hyperparameters.real("rate"), 0.96) << "at step 50, the first turn's middle";
  finish(population, make_turn({0, 1}, 1, 100, first.hyperparameters));
  EXPECT_DOUBLE_EQ(algorithm->after_turn(population, 0, random).hyperparameters.real("rate"), 0.88);
}

TEST(FixedValues, RefuseAScheduleThatLeavesItsRange) {
  try {
    (void)make_algorithm(experiment_with("linear", 1.0, 0.0), builtin_strategies());
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("in the turn from step 900: rate"));
  }
}

}  // namespace
}  // namespace pbt
