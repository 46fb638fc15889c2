#pragma once

#include "algorithm/gaussian_process.h"

namespace pbt {

/// How much a place is expected to exceed `best`: J. Mockus (1978); D. R. Jones, M. Schonlau and W. J. Welch,
/// "Efficient Global Optimization of Expensive Black-Box Functions" (1998), equation 15.
///   EI = (mean - best) Phi(z) + sigma phi(z),  z = (mean - best) / sigma;  max(mean - best, 0) where sigma is 0
[[nodiscard]] double expected_improvement(const Posterior& posterior, double best);

/// Expected improvement while other trials are under way: J. Snoek, H. Larochelle and R. P. Adams, "Practical Bayesian
/// Optimization of Machine Learning Algorithms" (2012), section 3.2. Outcomes of what is pending are drawn from the
/// process (fantasies), and the improvement is averaged over them.
class FantasisedImprovement {
 public:
  /// `pending`: [k, d], k >= 0. What is best so far is, in each fantasy, the highest mean at an observed or pending
  /// place, as observations have noise.
  FantasisedImprovement(const GaussianProcess& observed, const Eigen::VectorXd& values, const Eigen::MatrixXd& pending,
                        int fantasies, Random& random);
  [[nodiscard]] double operator()(const Eigen::VectorXd& point) const;

 private:
  GaussianProcess process_;          ///< of the observed and the pending places, without values
  Eigen::MatrixXd whitened_values_;  ///< [n + k, fantasies]
  Eigen::VectorXd best_;             ///< of each fantasy
};

}  // namespace pbt
