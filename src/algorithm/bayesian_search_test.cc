// Whole searches on functions with known optima. They take as long as all other tests of the area together, and so are
// a program of their own, which is not run under sanitizers.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numbers>

#include "algorithm/test_trials.h"
#include "pbt/algorithm.h"

namespace pbt {
namespace {

using Function = std::function<double(const Hyperparameters&)>;

/// The highest value that so many trials, one after another, find.
double maximum_found(const Experiment& experiment, const Function& function, std::uint64_t seed) {
  const auto algorithm = make_algorithm(experiment, builtin_strategies());
  Population population = unborn_population(experiment.population);
  double best = -HUGE_VAL;
  for (int member = 0; member < experiment.population; ++member) {
    Random random{seed, static_cast<std::uint64_t>(member)};
    begins(population, member, algorithm->first(population, member, random).hyperparameters);
    const double value = function(population.members[static_cast<std::size_t>(member)].next->hyperparameters);
    ends(population, member, value);
    best = std::max(best, value);
  }
  return best;
}

/// Branin and Hoo (1972), turned over: highest, -0.397887, at three places.
double branin(const Hyperparameters& at) {
  const double pi = std::numbers::pi, x = at.real("x"), y = at.real("y");
  const double bend = y - 5.1 / (4 * pi * pi) * x * x + 5 / pi * x - 6;
  return -(bend * bend + 10 * (1 - 1 / (8 * pi)) * std::cos(x) + 10);
}

/// Hartmann (1973) in six dimensions, turned over: highest, 3.32237, at (0.20169, 0.150011, 0.476874, 0.275332,
/// 0.311652, 0.6573).
double hartmann_6(const Hyperparameters& at) {
  constexpr double heights[] = {1, 1.2, 3, 3.2};
  constexpr double widths[4][6] = {
      {10, 3, 17, 3.5, 1.7, 8}, {0.05, 10, 17, 0.1, 8, 14}, {3, 3.5, 1.7, 10, 17, 8}, {17, 8, 0.05, 10, 0.1, 14}};
  constexpr double centres[4][6] = {{0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886},
                                    {0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991},
                                    {0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650},
                                    {0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381}};
  double sum = 0;
  for (int i = 0; i < 4; ++i) {
    double distance = 0;
    for (int j = 0; j < 6; ++j) {
      const double off = at.real("x" + std::to_string(j)) - centres[i][j];
      distance += widths[i][j] * off * off;
    }
    sum += heights[i] * std::exp(-distance);
  }
  return sum;
}

// Budgets: Snoek et al. (2012), Figure 3, reach Branin's optimum after some 40 evaluations.
TEST(Bayesian, FindsTheOptimumOfBranin) {
  const Experiment experiment = experiment_over({range("x", -5, 10), range("y", 0, 15)}, 40);
  for (std::uint64_t seed = 1; seed <= 3; ++seed)
    EXPECT_GT(maximum_found(experiment, branin, seed), -0.40) << "seed " << seed;
}

TEST(Bayesian, FindsTheOptimumOfHartmann6) {
  std::vector<Parameter> parameters;
  for (int i = 0; i < 6; ++i) parameters.push_back(range("x" + std::to_string(i), 0, 1));
  EXPECT_GT(maximum_found(experiment_over(parameters, 80), hartmann_6, 1), 3.2) << "the second highest hill is 3.20";
}

TEST(Bayesian, LearnsOnLogarithmicAndUnorderedDimensions) {
  const Experiment experiment =
      experiment_over({range("rate", 1e-5, 1, Scale::log),
                       {"optimiser",
                        Choices{{std::string("sgd"), std::string("adam"), std::string("rmsprop")}, false},
                        {},
                        false,
                        {},
                        {}}},
                      25);
  const Function score = [](const Hyperparameters& at) {
    const double off = std::log10(at.real("rate")) + 3;
    return (at.text("optimiser") == "adam" ? 1.0 : 0.0) - off * off;
  };
  EXPECT_GT(maximum_found(experiment, score, 1), 0.99);
}

}  // namespace
}  // namespace pbt
