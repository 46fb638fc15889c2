#pragma once

#include <span>

namespace pbt {

/// The regularised incomplete beta function I_x(a, b), for a, b > 0 and 0 <= x <= 1; about 14 digits.
[[nodiscard]] double incomplete_beta(double a, double b, double x);

/// P(|T| >= |t|) for Student's t with `freedom` > 0 degrees of freedom, which need not be whole.
[[nodiscard]] double student_t_two_sided(double t, double freedom);

struct WelchTest {
  double t = 0;        ///< > 0: the first mean is higher
  double freedom = 0;  ///< degrees of freedom, by Welch and Satterthwaite
  double p = 1;        ///< two-sided
};

/// Whether two samples of unequal variance have the same mean. Each has at least 2 values, all finite.
/// Without any variance p is 0 when the means differ, else 1.
[[nodiscard]] WelchTest welch_test(std::span<const double> first, std::span<const double> second);

}  // namespace pbt
