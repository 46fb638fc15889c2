#include "algorithm/replay.h"

#include <gtest/gtest.h>

#include "algorithm/test_population.h"
#include "pbt/error.h"

namespace pbt {
namespace {

const std::vector<ScheduledValues> kSchedule{{0, {{"x", 0.5}}}, {20, {{"x", 0.25}}}, {30, {{"x", 1.0}}}};

Experiment experiment_with(const std::string& schedule) {
  Experiment experiment;
  experiment.population = 1;
  experiment.algorithm.type = "replay";
  experiment.algorithm.settings = {{"schedule", schedule}, {"turn", std::string("m3.t7")}};
  experiment.space.parameters.push_back({"x", RealRange{0.01, 1, Scale::log}, {}, false, {}, {}});
  return experiment;
}

/// The values with which a member that has reached `step` goes on.
double x_after(std::int64_t step) {
  const auto algorithm = make_algorithm(experiment_with(schedule_setting(kSchedule)), builtin_strategies());
  Population population = unborn_population(1);
  finish(population, make_turn({0, 1}, 1, step));
  Random random{1};
  const Choice choice = algorithm->after_turn(population, 0, random);
  EXPECT_EQ(choice.kind, DecisionKind::proceed);
  EXPECT_EQ(choice.weights, (TurnKey{0, 1}));
  return choice.hyperparameters.real("x");
}

std::string refused(const std::string& schedule) {
  try {
    (void)make_algorithm(experiment_with(schedule), builtin_strategies());
    return "nothing";
  } catch (const UsageError& error) {
    return error.what();
  }
}

TEST(Replay, StartsWithTheValuesOfStepZero) {
  const auto algorithm = make_algorithm(experiment_with(schedule_setting(kSchedule)), builtin_strategies());
  Random random{1};
  const Choice choice = algorithm->first(unborn_population(1), 0, random);
  EXPECT_EQ(choice.kind, DecisionKind::start);
  EXPECT_EQ(choice.hyperparameters.real("x"), 0.5);
}

TEST(Replay, GoesOnWithTheValuesOfTheStepReached) {
  EXPECT_EQ(x_after(10), 0.5);
  EXPECT_EQ(x_after(19), 0.5);
  EXPECT_EQ(x_after(20), 0.25);
  EXPECT_EQ(x_after(29), 0.25);
  EXPECT_EQ(x_after(1000), 1.0);
}

TEST(Replay, KeepsWholeRealsReal) {
  const auto schedule = read_schedule_setting(schedule_setting(kSchedule));
  ASSERT_EQ(schedule.size(), 3U);
  EXPECT_EQ(schedule[2].from_step, 30);
  EXPECT_EQ(schedule[2].hyperparameters, kSchedule[2].hyperparameters);
}

TEST(Replay, RefusesAScheduleThatDoesNotBeginAtTheBeginningOrIsNotInOrder) {
  const std::string order = "[algorithm] schedule: expected rows in order of from_step, the first from step 0";
  EXPECT_EQ(refused("[]"), order);
  EXPECT_EQ(refused(schedule_setting({{10, {{"x", 0.5}}}})), order);
  EXPECT_EQ(refused(schedule_setting({{0, {{"x", 0.5}}}, {0, {{"x", 0.5}}}})), order);
  EXPECT_EQ(refused("[{}]").find("[algorithm] schedule: expected a JSON array"), 0U);
  EXPECT_EQ(refused(schedule_setting({{0, {{"x", 7.0}}}})).find("[algorithm] schedule from step 0"), 0U);
}

TEST(Replay, NeedsItsScheduleAsATextAndNothingElse) {
  const auto refused_settings = [](const Settings& settings) -> std::string {
    Experiment experiment = experiment_with("");
    experiment.algorithm.settings = settings;
    try {
      (void)make_algorithm(experiment, builtin_strategies());
      return "nothing";
    } catch (const UsageError& error) {
      return error.what();
    }
  };
  const std::string needed = "[algorithm] type \"replay\": schedule is needed, as a text: `pbt replay` writes it";
  EXPECT_EQ(refused_settings({}), needed);
  EXPECT_EQ(refused_settings({{"schedule", 3.0}}), needed);
  EXPECT_EQ(refused_settings({{"schedule", schedule_setting(kSchedule)}, {"burn_in", 3.0}}),
            "[algorithm] type \"replay\": burn_in is no setting of it; its settings are schedule, turn");
}

}  // namespace
}  // namespace pbt
