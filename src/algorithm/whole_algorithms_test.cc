#include <gtest/gtest.h>

#include "algorithm/test_population.h"
#include "pbt/algorithm.h"
#include "pbt/error.h"

namespace pbt {
namespace {

Experiment experiment_of(const std::string& type) {
  Experiment experiment;
  experiment.population = 4;
  experiment.algorithm.type = type;
  experiment.space.parameters.push_back({"x", RealRange{0.01, 1, Scale::log}, {}, false, {}, {}});
  experiment.space.parameters.push_back({"y", Fixed{std::int64_t{7}}, {}, false, {}, {}});
  return experiment;
}

TEST(RandomSearch, FinishesWhatItStartedAndNeverChangesAnything) {
  const auto algorithm = make_algorithm(experiment_of("random"), builtin_strategies());
  EXPECT_EQ(algorithm->order(), Order::finish_started);
  const Population population = population_with({4, 3, 2, 1});
  Random random{1};
  const Choice choice = algorithm->after_turn(population, 3, random);
  EXPECT_EQ(choice.kind, DecisionKind::proceed);
  EXPECT_EQ(choice.weights, (TurnKey{3, 1}));
  EXPECT_EQ(choice.hyperparameters, population.members[3].last->hyperparameters);
}

TEST(RandomSearch, DrawsAFailedTrialAnew) {
  Experiment experiment = experiment_of("random");
  experiment.initial = {{{{"x", 0.5}}, ""}};
  const auto algorithm = make_algorithm(experiment, builtin_strategies());
  Random random{1};
  EXPECT_EQ(algorithm->first(unborn_population(4), 0, random).hyperparameters.real("x"), 0.5);
  const Choice choice = algorithm->replace(population_with({4, 3, 2, 1}), 0, random);
  EXPECT_EQ(choice.kind, DecisionKind::start);
  EXPECT_NE(choice.hyperparameters.real("x"), 0.5);
}

TEST(FixedValues, ServeTheRowsInTurn) {
  Experiment experiment = experiment_of("fixed");
  experiment.initial = {{{{"x", 0.1}}, ""}, {{{"x", 0.2}}, ""}};
  const auto algorithm = make_algorithm(experiment, builtin_strategies());
  Random random{1};
  EXPECT_EQ(algorithm->order(), Order::finish_started);
  for (int member = 0; member < 4; ++member) {
    const Choice choice = algorithm->first(unborn_population(4), member, random);
    EXPECT_EQ(choice.hyperparameters, (Hyperparameters{{"x", member % 2 == 0 ? 0.1 : 0.2}, {"y", std::int64_t{7}}}));
  }
  EXPECT_EQ(algorithm->replace(population_with({4, 3, 2, 1}), 1, random).hyperparameters.real("x"), 0.2);
  EXPECT_EQ(algorithm->after_turn(population_with({4, 3, 2, 1}), 3, random).kind, DecisionKind::proceed);
}

TEST(FixedValues, NeedEveryValueByHand) {
  try {
    (void)make_algorithm(experiment_of("fixed"), builtin_strategies());
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_STREQ(
        error.what(),
        "[algorithm] type \"fixed\": hyperparameters.x has no fixed value in [hyperparameters]; give one in every "
        "[[initial]] row, or write value = ... instead of a range");
  }
  Experiment fixed = experiment_of("fixed");
  fixed.space.parameters.erase(fixed.space.parameters.begin());
  Random random{1};
  EXPECT_EQ(
      make_algorithm(fixed, builtin_strategies())->first(unborn_population(4), 3, random).hyperparameters.integer("y"),
      7);
}

TEST(FixedValues, NeedNoneForAParameterThatDoesNotExist) {
  Experiment experiment;
  experiment.population = 1;
  experiment.algorithm.type = "fixed";
  experiment.space.parameters.push_back(
      {"optimizer", Choices{{std::string("adam"), std::string("sgd")}}, {}, false, {}, {}});
  experiment.space.parameters.push_back(
      {"momentum", RealRange{0, 0.9}, Condition{"optimizer", {std::string("sgd")}}, false, {}, {}});
  experiment.initial = {{{{"optimizer", std::string("adam")}}, ""}};
  Random random{1};
  EXPECT_EQ(make_algorithm(experiment, builtin_strategies())->first(unborn_population(1), 0, random).hyperparameters,
            (Hyperparameters{{"optimizer", std::string("adam")}}));
}

}  // namespace
}  // namespace pbt
