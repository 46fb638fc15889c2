#include "gan/scores.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <cmath>

#include "gan/picture.h"
#include "gan/tensors.h"

namespace pbt::gan {
namespace {

torch::Tensor doubles(const std::vector<double>& values) { return torch::tensor(values, torch::kDouble); }

TEST(InceptionScore, IsOneWhereEveryImageLooksAlike) {
  for (const double score : inception_scores(torch::full({40, 10}, 0.1, torch::kFloat))) EXPECT_NEAR(score, 1, 1e-6);
  const auto sure = torch::zeros({40, 10});
  sure.select(1, 3).fill_(1);
  for (const double score : inception_scores(sure)) EXPECT_EQ(score, 1);
}

TEST(InceptionScore, IsTheNumberOfClassesWhereAllAreSureAndEqual) {
  const auto scores = inception_scores(torch::eye(10).repeat({20, 1}));
  ASSERT_EQ(scores.size(), 10U);
  for (const double score : scores) EXPECT_NEAR(score, 10, 1e-12);
}

// By hand: p(y) = (1/2, 1/2); KL of (3/4, 1/4) to it is 3/4 log(3/2) + 1/4 log(1/2), and of (1/4, 3/4) the same.
TEST(InceptionScore, IsTheExponentialOfTheMeanDivergence) {
  const auto probabilities = torch::tensor({{0.75, 0.25}, {0.25, 0.75}});
  EXPECT_NEAR(inception_scores(probabilities, 1).at(0), std::exp(0.75 * std::log(1.5) + 0.25 * std::log(0.5)), 1e-12);
}

TEST(InceptionScore, ComparesEachPartWithItsOwnMean) {
  const auto halves = torch::cat({torch::eye(2).slice(0, 0, 1).repeat({4, 1}), torch::eye(2).repeat({2, 1})});
  const auto scores = inception_scores(halves, 2);
  EXPECT_EQ(scores.at(0), 1) << "four images of one class";
  EXPECT_NEAR(scores.at(1), 2, 1e-12);
}

TEST(Gaussian, HasTheMeanAndTheUnbiasedCovarianceOfTheRows) {
  const Gaussian gaussian = gaussian_of(torch::tensor({{0.0, 1.0}, {2.0, 1.0}, {4.0, 4.0}}));
  EXPECT_TRUE(torch::allclose(gaussian.mean, doubles({2, 2})));
  EXPECT_TRUE(torch::allclose(gaussian.covariance, doubles({4, 3, 3, 3}).view({2, 2})));
}

TEST(FrechetDistance, IsNoughtBetweenEquals) {
  at::Generator generator = generator_from(Random(1, Purpose::noise));
  const Gaussian gaussian = gaussian_of(normal({50, 6}, generator, torch::kCPU));
  EXPECT_NEAR(frechet_distance(gaussian, gaussian), 0, 1e-9);
}

TEST(FrechetDistance, IsTheSquaredDistanceOfTheMeansWhereCovariancesAreEqual) {
  const auto covariance = doubles({2, 0.5, 0.5, 1}).view({2, 2});
  EXPECT_NEAR(frechet_distance({doubles({1, 2}), covariance}, {doubles({4, -2}), covariance}), 25, 1e-9);
}

// Where both covariances are diagonal: the squared distance of the deviations. (2-1)^2 + (3-5)^2 + 1.
TEST(FrechetDistance, ComparesDeviationsOfDiagonalCovariances) {
  const Gaussian one{doubles({0, 0}), torch::diag(doubles({4, 9}))};
  const Gaussian other{doubles({0, 1}), torch::diag(doubles({1, 25}))};
  EXPECT_NEAR(frechet_distance(one, other), 6, 1e-9);
  EXPECT_NEAR(frechet_distance(other, one), 6, 1e-9);
}

// Covariances that do not commute: with two dimensions, tr(C^(1/2)) = sqrt(tr C + 2 sqrt(det C)), C = C1 C2.
TEST(FrechetDistance, HoldsWhereCovariancesDoNotCommute) {
  const auto first = doubles({2, 1, 1, 2}).view({2, 2});
  const auto second = torch::diag(doubles({1, 4}));
  const double trace_of_root = std::sqrt(10 + 2 * std::sqrt(3.0 * 4.0));
  EXPECT_NEAR(frechet_distance({doubles({0, 0}), first}, {doubles({0, 0}), second}), 4 + 5 - 2 * trace_of_root, 1e-9);
}

TEST(FrechetDistance, TakesCovariancesOfFewerRowsThanDimensions) {
  const Gaussian flat{doubles({0, 0}), doubles({1, 1, 1, 1}).view({2, 2})};
  EXPECT_NEAR(frechet_distance(flat, flat), 0, 1e-6);
}

TEST(Grid, SetsImagesSideBySideWithTwoBlackPixelsBetween) {
  auto images = torch::full({4, 1, 2, 2}, 1.0F);
  images[1].fill_(0);
  images[3].fill_(std::nanf(""));
  const auto grid = grid_of(images, 2);
  EXPECT_EQ(grid.sizes(), (std::vector<std::int64_t>{1, 6, 6}));
  EXPECT_EQ(grid[0][0][1].item<int>(), 255);
  EXPECT_EQ(grid[0][0][2].item<int>(), 0);
  EXPECT_EQ(grid[0][1][4].item<int>(), 128);
  EXPECT_EQ(grid[0][5][0].item<int>(), 255);
  EXPECT_EQ(grid[0][5][5].item<int>(), 0) << "what is no number is black";
}

TEST(Png, IsAPngFileOfTheSameSize) {
  for (const int channels : {1, 3}) {
    const std::string bytes = png_of(torch::zeros({channels, 5, 7}, torch::kByte));
    EXPECT_EQ(bytes.substr(0, 8), "\x89PNG\r\n\x1a\n");
    EXPECT_EQ(bytes[19], 7);
    EXPECT_EQ(bytes[23], 5);
    EXPECT_EQ(bytes[25], channels == 1 ? 0 : 2) << "grey or colour";
    EXPECT_EQ(bytes.substr(bytes.size() - 8, 4), "IEND");
  }
}

}  // namespace
}  // namespace pbt::gan
