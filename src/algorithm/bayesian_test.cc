#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "algorithm/encoding.h"
#include "algorithm/test_trials.h"
#include "pbt/algorithm.h"
#include "pbt/error.h"

namespace pbt {
namespace {

TEST(Bayesian, DoesNotTryAgainWhatIsUnderWay) {
  const Experiment experiment = experiment_over({range("x", 0, 1)}, 8);
  const auto algorithm = make_algorithm(experiment, builtin_strategies());
  Population population = unborn_population(8);
  for (int member = 0; member < 5; ++member) {
    const double x = 0.1 + 0.2 * member;
    begins(population, member, {{"x", x}});
    ends(population, member, -(x - 0.55) * (x - 0.55));
  }
  Random random{1};
  const double alone = algorithm->first(population, 5, random).hyperparameters.real("x");
  begins(population, 5, {{"x", alone}});
  Random again{1};
  const double beside = algorithm->first(population, 6, again).hyperparameters.real("x");
  EXPECT_NEAR(alone, 0.55, 0.1);
  EXPECT_GT(std::fabs(beside - alone), 0.01);
}

TEST(Bayesian, DrawsTheFirstTrialsAndTakesInitialRows) {
  Experiment experiment = experiment_over({range("x", 0, 1)}, 8);
  experiment.initial = {{{{"x", 0.25}}, ""}};
  const auto algorithm = make_algorithm(experiment, builtin_strategies());
  Random random{1};
  EXPECT_EQ(algorithm->first(unborn_population(8), 0, random).hyperparameters.real("x"), 0.25);
  EXPECT_THAT(algorithm->first(unborn_population(8), 1, random).reason, testing::HasSubstr("few trials"));
}

TEST(Bayesian, TakesADivergedTrialForTheWorstOne) {
  const Experiment experiment = experiment_over({range("x", 0, 1)}, 12);
  const auto algorithm = make_algorithm(experiment, builtin_strategies());
  Population population = unborn_population(12);
  for (int member = 0; member < 8; ++member) {
    begins(population, member, {{"x", 0.125 * member}});
    ends(population, member, member >= 4 ? -HUGE_VAL : 0.1 * member);
  }
  Random random{1};
  EXPECT_LT(algorithm->first(population, 8, random).hyperparameters.real("x"), 0.5);
}

TEST(Bayesian, StopsATrialThatFailedForGoodAndTakesItForTheWorstFromThenOn) {
  const Experiment experiment = experiment_over({range("x", 0, 1)}, 12);
  const auto algorithm = make_algorithm(experiment, builtin_strategies());
  Population population = unborn_population(12);
  Random random{1};
  for (int member = 0; member < 8; ++member) {
    begins(population, member, {{"x", 0.125 * member}});
    ends(population, member, 0.1 * member);
    if (member < 4) continue;
    Member& failed = population.members[static_cast<std::size_t>(member)];
    failed.standing = make_turn({member, 1}, 100, 5);  // of 10 steps, the score of half a trial
    failed.broken = true;
    EXPECT_EQ(algorithm->replace(population, member, random).kind, DecisionKind::stop);
    failed.broken = false;
  }
  EXPECT_LT(algorithm->first(population, 8, random).hyperparameters.real("x"), 0.5);
}

TEST(Bayesian, FitsItsModelToAPartOfVeryManyTrials) {
  const Experiment experiment = experiment_over({range("x", 0, 1)}, 401);
  const auto algorithm = make_algorithm(experiment, builtin_strategies());
  Population population = unborn_population(401);
  for (int member = 0; member < 400; ++member) {
    const double x = member / 400.0;
    begins(population, member, {{"x", x}});
    ends(population, member, -(x - 0.3) * (x - 0.3));
  }
  Random random{1};
  EXPECT_NEAR(algorithm->first(population, 400, random).hyperparameters.real("x"), 0.3, 0.05);
}

TEST(Bayesian, RefusesASynchronousExperiment) {
  Experiment experiment = experiment_over({range("x", 0, 1)}, 8);
  experiment.synchronous = true;
  EXPECT_THROW((void)make_algorithm(experiment, builtin_strategies()), UsageError);
}

TEST(Encoding, PutsAnyTwoUnorderedChoicesEquallyFarApart) {
  Space space;
  space.parameters = {
      {"kind", Choices{{std::string("a"), std::string("b"), std::string("c")}, false}, {}, false, {}, {}},
      {"fixed", Fixed{1.0}, {}, false, {}, {}},
      {"rate", RealRange{1e-4, 1, Scale::log}, Condition{"kind", {std::string("a")}}, false, {}, {}}};
  const auto a = encode(space, {{"kind", std::string("a")}, {"rate", 1e-2}, {"fixed", 1.0}});
  const auto b = encode(space, {{"kind", std::string("b")}, {"fixed", 1.0}});
  ASSERT_EQ(a.size(), 4) << "three choices and the rate";
  EXPECT_NEAR((a - b).norm(), 1, 1e-12) << "a rate that does not exist stands in the middle";
}

}  // namespace
}  // namespace pbt
