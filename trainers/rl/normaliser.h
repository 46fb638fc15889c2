#pragma once

#include <memory>
#include <vector>

#include "rl/environment.h"

namespace pbt::rl {

/// Running mean and variance of each element of a vector, merged batch by batch (Chan, Golub and LeVeque, 1979).
struct Moments {
  double count = 0;
  std::vector<double> mean;
  std::vector<double> squares;  ///< sums of squared distances from the mean

  explicit Moments(std::size_t size = 0) : mean(size, 0.0), squares(size, 0.0) {}
  /// Takes in `rows` rows of mean.size() numbers each.
  template <class Number>
  void add(const std::vector<Number>& values, std::size_t rows);
  /// 1 over the standard deviation of an element; 1 while nothing has been seen.
  [[nodiscard]] double scale(std::size_t element) const;
};

/// What observations and rewards are normalised by; part of a checkpoint.
struct Normaliser {
  std::vector<Moments> leaves;  ///< of each leaf; those of byte leaves stay empty
  Moments returns{1};           ///< of discounted returns so far
};
[[nodiscard]] Normaliser normaliser_for(const Spaces& spaces);

struct NormaliseOptions {
  bool observations = false;
  bool rewards = false;
  bool learn = false;   ///< take what is seen into the moments, before it is normalised
  double discount = 1;  ///< of the returns whose spread rewards are divided by
};

/// The same environments, with real observations turned into (x - mean) / deviation, and rewards divided by the
/// deviation of the discounted return so far, both clipped to +-10 (as Gymnasium's NormalizeObservation and
/// NormalizeReward; Engstrom et al., 2020). Bytes stay as they are, as do the returns of episodes. `normaliser`
/// outlives the answer and fits the environments' spaces.
[[nodiscard]] std::unique_ptr<VectorEnvironment> normalise(std::unique_ptr<VectorEnvironment> environments,
                                                           Normaliser& normaliser, const NormaliseOptions& options);

}  // namespace pbt::rl
