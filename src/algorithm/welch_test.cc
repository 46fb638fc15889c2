#include "algorithm/welch.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

namespace pbt {
namespace {

TEST(IncompleteBeta, AgreesWithClosedForms) {
  for (const double x : {0.0, 0.1, 0.25, 0.5, 0.9, 1.0}) {
    EXPECT_NEAR(incomplete_beta(1, 1, x), x, 1e-14);
    EXPECT_NEAR(incomplete_beta(2, 1, x), x * x, 1e-14);
    EXPECT_NEAR(incomplete_beta(1, 3, x), 1 - std::pow(1 - x, 3), 1e-14);
    EXPECT_NEAR(incomplete_beta(0.5, 0.5, x), 2 / std::numbers::pi * std::asin(std::sqrt(x)), 1e-13);
  }
}

TEST(IncompleteBeta, IsSymmetric) {
  EXPECT_NEAR(incomplete_beta(2.5, 7, 0.3), 1 - incomplete_beta(7, 2.5, 0.7), 1e-14);
}

// With 1 degree of freedom Student's t is Cauchy's distribution, with 2 it has a closed form too.
TEST(StudentT, AgreesWithClosedForms) {
  for (const double t : {0.0, 0.5, 1.0, 3.0, 40.0}) {
    EXPECT_NEAR(student_t_two_sided(t, 1), 1 - 2 / std::numbers::pi * std::atan(t), 1e-13) << t;
    EXPECT_NEAR(student_t_two_sided(t, 2), 1 - t / std::sqrt(2 + t * t), 1e-13) << t;
  }
}

// Critical values of the tables, two-sided.
TEST(StudentT, AgreesWithTheTables) {
  EXPECT_NEAR(student_t_two_sided(2.228138852, 10), 0.05, 1e-9);
  EXPECT_NEAR(student_t_two_sided(2.845339710, 20), 0.01, 1e-9);
  EXPECT_NEAR(student_t_two_sided(-2.228138852, 10), 0.05, 1e-9);
  EXPECT_NEAR(student_t_two_sided(1.959963985, 1e9), 0.05, 1e-7);
}

// t and freedom by the definitions, p by integrating the density numerically (Simpson, 200,000 intervals).
TEST(Welch, AgreesWithNumericalIntegrationForUnequalVariancesAndSizes) {
  const std::vector<double> a{27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4};
  const std::vector<double> b{27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 30.5, 31.5};
  const std::vector<double> c{10, -20.5, 17, 3.25};
  const WelchTest ab = welch_test(a, b);
  EXPECT_NEAR(ab.t, -2.944848406655445, 1e-12);
  EXPECT_NEAR(ab.freedom, 27.23130567036217, 1e-10);
  EXPECT_NEAR(ab.p, 0.006541406689306, 1e-12);
  const WelchTest ac = welch_test(a, c);
  EXPECT_NEAR(ac.freedom, 3.0475857006775104, 1e-10);
  EXPECT_NEAR(ac.p, 0.10874477327227661, 1e-12);
  const WelchTest ba = welch_test(b, a);
  EXPECT_DOUBLE_EQ(ba.t, -ab.t);
  EXPECT_DOUBLE_EQ(ba.p, ab.p);
}

TEST(Welch, IsStudentsTestForEqualSizesAndVariances) {
  const std::vector<double> a{1, 2, 3, 4, 5};
  const std::vector<double> b{3, 4, 5, 6, 7};
  const WelchTest test = welch_test(b, a);
  EXPECT_NEAR(test.t, 2, 1e-12);
  EXPECT_NEAR(test.freedom, 8, 1e-12);
  EXPECT_NEAR(test.p, 0.080516237, 1e-8);
}

TEST(Welch, DecidesWithoutVariance) {
  const std::vector<double> low{1, 1}, high{2, 2};
  EXPECT_EQ(welch_test(high, low).p, 0);
  EXPECT_GT(welch_test(high, low).t, 0);
  EXPECT_EQ(welch_test(low, low).p, 1);
}

}  // namespace
}  // namespace pbt
