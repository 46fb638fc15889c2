#include "algorithm/expected_improvement.h"

#include <gtest/gtest.h>

#include <cmath>

namespace pbt {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

TEST(ExpectedImprovement, AgreesWithTheIntegralThatItIs) {
  for (const double mean : {-1.0, 0.0, 0.7}) {
    for (const double variance : {0.04, 1.0, 4.0}) {
      const double sigma = std::sqrt(variance), best = 0.3, step = 1e-3;
      double integral = 0;
      for (double z = -8; z <= 8; z += step)
        integral += std::max(mean + sigma * z - best, 0.0) * std::exp(-z * z / 2) / std::sqrt(2 * M_PI) * step;
      EXPECT_NEAR(expected_improvement({mean, variance}, best), integral, 1e-6) << mean << ' ' << variance;
    }
  }
}

TEST(ExpectedImprovement, IsTheGainWhereNothingIsUncertain) {
  EXPECT_EQ(expected_improvement({1.5, 0}, 1), 0.5);
  EXPECT_EQ(expected_improvement({0.5, 0}, 1), 0);
}

/// Three observations of a hill between them, on [0, 1].
struct Hill {
  MatrixXd points{{0.1}, {0.5}, {0.9}};
  VectorXd values{{-1.0, 1.0, -1.0}};
  GaussianProcess process{points, values, {VectorXd::Constant(1, 0.2), 1, 1e-4}};
};

TEST(FantasisedImprovement, IsThePlainOneWhileNothingIsPending) {
  const Hill hill;
  Random random{1};
  const FantasisedImprovement improvement(hill.process, hill.values, MatrixXd(0, 1), 8, random);
  const double best = hill.process.at(hill.points.row(1)).mean;
  for (double x = 0; x <= 1; x += 0.1) {
    const VectorXd place = VectorXd::Constant(1, x);
    EXPECT_NEAR(improvement(place), expected_improvement(hill.process.at(place), best), 1e-12);
  }
}

TEST(FantasisedImprovement, LooksElsewhereThanWhereATrialIsUnderWay) {
  const Hill hill;
  Random random{1};
  const FantasisedImprovement alone(hill.process, hill.values, MatrixXd(0, 1), 16, random);
  const FantasisedImprovement beside(hill.process, hill.values, MatrixXd::Constant(1, 1, 0.4), 16, random);
  const VectorXd there = VectorXd::Constant(1, 0.4), mirrored = VectorXd::Constant(1, 0.6);
  EXPECT_NEAR(alone(there), alone(mirrored), 1e-9) << "both sides of the hill promise the same";
  EXPECT_LT(beside(there), 0.1 * alone(there)) << "what is pending will be known anyway";
  EXPECT_GT(beside(mirrored), 5 * beside(there));
}

TEST(FantasisedImprovement, DoesNotTakeTheNoiseOfWhatIsPendingForProgress) {
  Hill hill;
  hill.process = GaussianProcess(hill.points, hill.values, {VectorXd::Constant(1, 0.2), 1, 1});
  Random random{1};
  const FantasisedImprovement alone(hill.process, hill.values, MatrixXd(0, 1), 64, random);
  const FantasisedImprovement beside(hill.process, hill.values, MatrixXd::Constant(1, 1, 0.1), 64, random);
  const VectorXd far = VectorXd::Constant(1, 0.6);
  EXPECT_GT(beside(far), 0.9 * alone(far)) << "one noisy look at a poor place changes little elsewhere";
}

}  // namespace
}  // namespace pbt
