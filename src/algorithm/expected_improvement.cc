#include "algorithm/expected_improvement.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace pbt {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

double density(double z) { return std::exp(-0.5 * z * z) / std::sqrt(2 * std::numbers::pi); }
double distribution(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

MatrixXd stacked(const MatrixXd& above, const MatrixXd& below) {
  MatrixXd all(above.rows() + below.rows(), std::max(above.cols(), below.cols()));
  if (above.rows() > 0) all.topRows(above.rows()) = above;
  if (below.rows() > 0) all.bottomRows(below.rows()) = below;
  return all;
}

/// Values at the pending places, drawn from what is known of them together: [k].
VectorXd draw(const GaussianProcess& observed, const MatrixXd& pending, Random& random) {
  const Eigen::Index k = pending.rows();
  MatrixXd white(observed.points().rows(), k);
  for (Eigen::Index i = 0; i < k; ++i) white.col(i) = observed.whitened(pending.row(i));
  MatrixXd together = -white.transpose() * white;
  for (Eigen::Index i = 0; i < k; ++i)
    for (Eigen::Index j = 0; j < k; ++j)
      together(i, j) += covariance(observed.kernel(), pending.row(i), pending.row(j));
  together.diagonal().array() += observed.kernel().noise;
  VectorXd normals(k);
  for (Eigen::Index i = 0; i < k; ++i) normals(i) = random.normal();
  return white.transpose() * observed.whitened_values() + Eigen::LLT<MatrixXd>(together).matrixL() * normals;
}

}  // namespace

double expected_improvement(const Posterior& posterior, double best) {
  const double gain = posterior.mean - best;
  const double sigma = std::sqrt(posterior.variance);
  if (!(sigma > 0)) return std::max(gain, 0.0);
  const double z = gain / sigma;
  return gain * distribution(z) + sigma * density(z);
}

FantasisedImprovement::FantasisedImprovement(const GaussianProcess& observed, const VectorXd& values,
                                             const MatrixXd& pending, int fantasies, Random& random)
    : process_(stacked(observed.points(), pending), VectorXd::Zero(observed.points().rows() + pending.rows()),
               observed.kernel()) {
  const Eigen::Index places = process_.points().rows();
  const int count = pending.rows() == 0 ? 1 : fantasies;
  MatrixXd all(places, count), white(places, places);
  for (int fantasy = 0; fantasy < count; ++fantasy)
    all.col(fantasy) = stacked(values, pending.rows() == 0 ? VectorXd() : draw(observed, pending, random));
  for (Eigen::Index i = 0; i < places; ++i) white.col(i) = process_.whitened(process_.points().row(i));
  whitened_values_ = process_.whitened_values(all);
  best_ = (white.transpose() * whitened_values_).colwise().maxCoeff();
}

double FantasisedImprovement::operator()(const VectorXd& point) const {
  const VectorXd white = process_.whitened(point);
  const double variance = std::max(process_.kernel().variance - white.squaredNorm(), 0.0);
  const VectorXd means = whitened_values_.transpose() * white;
  double sum = 0;
  for (Eigen::Index i = 0; i < means.size(); ++i) sum += expected_improvement({means(i), variance}, best_(i));
  return sum / static_cast<double>(means.size());
}

}  // namespace pbt
