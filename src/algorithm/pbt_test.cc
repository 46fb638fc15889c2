#include <gtest/gtest.h>

#include <limits>
#include <set>

#include "algorithm/test_population.h"
#include "pbt/algorithm.h"
#include "pbt/error.h"

namespace pbt {
namespace {

Experiment experiment_with(Settings settings = {}, const std::string& exploit = "truncation",
                           const std::string& explore = "perturb") {
  Experiment experiment;
  experiment.population = 4;
  experiment.interval = 10;
  experiment.budget.steps = 100;
  experiment.space.parameters.push_back({"x", RealRange{0.01, 1, Scale::log}, {}, false, {}, 0});
  experiment.algorithm.settings = std::move(settings);
  experiment.algorithm.exploit.name = exploit;
  experiment.algorithm.explore.name = explore;
  return experiment;
}

std::unique_ptr<Algorithm> pbt_with(Settings settings = {}, const std::string& exploit = "truncation",
                                    const std::string& explore = "perturb") {
  return make_algorithm(experiment_with(std::move(settings), exploit, explore), builtin_strategies());
}

bool is_explored_from(double x, double old) {
  return std::abs(x / old - 0.8) < 1e-9 || std::abs(x / old - 1.25) < 1e-9;
}

TEST(Pbt, CopiesWeightsAndHyperparametersOfOneTurnAndExplores) {
  const Population population = population_with({4, 3, 2, 1});
  Random random{1};
  const Choice choice = pbt_with()->after_turn(population, 3, random);
  EXPECT_EQ(choice.kind, DecisionKind::copy);
  EXPECT_EQ(choice.weights, (TurnKey{0, 1}));
  EXPECT_EQ(choice.donor, (TurnKey{0, 1}));
  EXPECT_TRUE(is_explored_from(choice.hyperparameters.real("x"), 0.5));
  EXPECT_EQ(choice.reason, "truncation: 4th of 4, copies the 1st");
}

TEST(Pbt, GoesOnUnchangedWithoutACopy) {
  const Population population = population_with({4, 3, 2, 1});
  Random random{1};
  const Choice choice = pbt_with()->after_turn(population, 1, random);
  EXPECT_EQ(choice.kind, DecisionKind::proceed);
  EXPECT_EQ(choice.weights, (TurnKey{1, 1}));
  EXPECT_FALSE(choice.donor.has_value());
  EXPECT_EQ(choice.hyperparameters, population.members[1].last->hyperparameters);
}

TEST(Pbt, CopiesWeightsAloneOnDemand) {
  const Population population = population_with({4, 3, 2, 1});
  Random random{1};
  const Choice choice = pbt_with({{"copy", std::string("weights")}})->after_turn(population, 3, random);
  EXPECT_EQ(choice.weights, (TurnKey{0, 1}));
  EXPECT_TRUE(is_explored_from(choice.hyperparameters.real("x"), 0.503)) << "its own, explored";
}

TEST(Pbt, CopiesHyperparametersAloneOnDemand) {
  const Population population = population_with({4, 3, 2, 1});
  Random random{1};
  const Choice choice = pbt_with({{"copy", std::string("hyperparameters")}})->after_turn(population, 3, random);
  EXPECT_EQ(choice.kind, DecisionKind::copy);
  EXPECT_EQ(choice.weights, (TurnKey{3, 1}));
  EXPECT_EQ(choice.donor, (TurnKey{0, 1}));
  EXPECT_TRUE(is_explored_from(choice.hyperparameters.real("x"), 0.5));
}

TEST(Pbt, RefusesHalfCopiesOfAStructuralSpace) {
  for (const char* copy : {"weights", "hyperparameters"}) {
    Experiment experiment = experiment_with({{"copy", std::string(copy)}});
    experiment.space.parameters.push_back({"layers", IntegerRange{1, 4}, {}, true, {}, {}});
    try {
      (void)make_algorithm(experiment, builtin_strategies());
      FAIL();
    } catch (const UsageError& error) {
      EXPECT_STREQ(
          error.what(),
          "[algorithm]: copy must be \"both\" while hyperparameters.layers is structural: weights fit only the values "
          "that they were made with");
    }
  }
}

TEST(Pbt, StructuralHyperparametersTravelWithTheWeights) {
  Experiment experiment = experiment_with();
  experiment.space.parameters.push_back({"layers", IntegerRange{1, 4}, {}, true, {}, {}});
  Population population = unborn_population(2);
  finish(population, make_turn({0, 1}, 2, 10, {{"x", 0.5}, {"layers", std::int64_t{3}}}));
  finish(population, make_turn({1, 1}, 1, 10, {{"x", 0.5}, {"layers", std::int64_t{1}}}));
  Random random{1};
  const Choice choice = make_algorithm(experiment, builtin_strategies())->after_turn(population, 1, random);
  EXPECT_EQ(choice.hyperparameters.integer("layers"), 3);
}

TEST(Pbt, DoesNothingBeforeTheBurnInEnds) {
  Population population = population_with({4, 3, 2, 1});
  Random random{1};
  const auto algorithm = pbt_with({{"burn_in", std::int64_t{11}}});
  EXPECT_EQ(algorithm->after_turn(population, 3, random).kind, DecisionKind::proceed);
  EXPECT_EQ(algorithm->after_turn(population, 3, random).reason, "burn-in until step 11");
  population.members[3].steps_done = 11;
  EXPECT_EQ(algorithm->after_turn(population, 3, random).kind, DecisionKind::copy);
}

TEST(Pbt, ExploresAtEveryReadyWhenExploitIsNone) {
  const Population population = population_with({4, 3, 2, 1});
  Random random{1};
  const Choice choice = pbt_with({}, "none")->after_turn(population, 0, random);
  EXPECT_EQ(choice.kind, DecisionKind::proceed);
  EXPECT_EQ(choice.weights, (TurnKey{0, 1}));
  EXPECT_TRUE(is_explored_from(choice.hyperparameters.real("x"), 0.5));
}

TEST(Pbt, CopiesWithoutChangingHyperparametersWhenExploreIsNone) {
  const Population population = population_with({4, 3, 2, 1});
  Random random{1};
  const Choice choice = pbt_with({}, "truncation", "none")->after_turn(population, 3, random);
  EXPECT_EQ(choice.hyperparameters, population.members[0].last->hyperparameters);
}

TEST(Pbt, AsksForHistoryOnlyToCompareAtEqualSteps) {
  EXPECT_EQ(pbt_with()->history_turns(), 0);
  EXPECT_EQ(pbt_with({{"compare", std::string("equal_steps")}})->history_turns(), -1);
  EXPECT_EQ(pbt_with()->order(), Order::least_progress);
}

TEST(Pbt, ComparesAtEqualStepsOnDemand) {
  Population population = population_with({1, 2});
  finish(population, make_turn({0, 2}, 9, 20, {{"x", 0.5}}));
  Random random{1};
  EXPECT_EQ(pbt_with()->after_turn(population, 1, random).kind, DecisionKind::copy);
  const auto fair = pbt_with({{"compare", std::string("equal_steps")}});
  EXPECT_EQ(fair->after_turn(population, 1, random).kind, DecisionKind::proceed) << "at step 10 it was ahead";
}

TEST(Pbt, DrawsFirstHyperparametersOrTakesTheInitialRow) {
  Experiment experiment = experiment_with();
  experiment.space.parameters.push_back({"y", RealRange{0, 1}, {}, false, {}, {}});
  experiment.initial = {{{{"x", 0.25}}, ""}};
  const auto algorithm = make_algorithm(experiment, builtin_strategies());
  Random random{1};
  const Choice by_hand = algorithm->first(unborn_population(4), 0, random);
  EXPECT_EQ(by_hand.kind, DecisionKind::start);
  EXPECT_FALSE(by_hand.weights.has_value());
  EXPECT_EQ(by_hand.hyperparameters.real("x"), 0.25);
  EXPECT_EQ(by_hand.reason, "[[initial]] row 1");
  validate(experiment.space, by_hand.hyperparameters, "row 1");
  const Choice drawn = algorithm->first(unborn_population(4), 1, random);
  EXPECT_NE(drawn.hyperparameters.real("x"), 0.25);
  validate(experiment.space, drawn.hyperparameters, "the draw");
}

TEST(Pbt, ReplacesAMemberThatFailedByACopyFromTheTopWhateverTheExploit) {
  const Population population = population_with({4, 9, 2, 1, 8, 3, 0, 7, 6, 5});
  for (const char* exploit : {"truncation", "t_test", "none"}) {
    const auto algorithm = pbt_with({{"copy", std::string("hyperparameters")}}, exploit);
    std::set<int> donors;
    for (std::uint64_t i = 0; i < 100; ++i) {
      Random random{i};
      const Choice choice = algorithm->replace(population, 0, random);
      EXPECT_EQ(choice.kind, DecisionKind::copy);
      EXPECT_EQ(choice.weights, choice.donor) << "the weights too: its own have failed";
      donors.insert(choice.donor->member);
    }
    EXPECT_EQ(donors, (std::set<int>{1, 4})) << exploit;
  }
}

TEST(Pbt, ReplacesNobodyByItself) {
  const auto algorithm = pbt_with();
  Random random{1};
  EXPECT_EQ(algorithm->replace(population_with({9, 1}), 0, random).donor, (TurnKey{1, 1}));
}

TEST(Pbt, StartsAMemberAnewThatFailedWhenNobodyCanBeCopied) {
  const double infinity = std::numeric_limits<double>::infinity();
  Random random{1};
  const Choice choice = pbt_with()->replace(population_with({9, -infinity}), 0, random);
  EXPECT_EQ(choice.kind, DecisionKind::start);
  EXPECT_FALSE(choice.weights.has_value());
  EXPECT_TRUE(choice.hyperparameters.contains("x"));
}

}  // namespace
}  // namespace pbt
