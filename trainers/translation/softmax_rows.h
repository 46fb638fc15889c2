#pragma once

#include <cstdint>

namespace pbt::translation {

/// Sums over rows, in nats.
struct RowLosses {
  double smoothed = 0;    ///< cross entropy against the smoothed distribution
  double likelihood = 0;  ///< minus the log-likelihood of what was expected
};

/// Turns `rows` rows of `columns` logits, in place, into the gradient of `scale` times the sum of their cross entropies
/// with label smoothing (Szegedy et al., 2016): softmax(z) - q, where q gives `smoothing` to all columns evenly and the
/// rest to `expected`. One pass over the memory, in plain loops; the exponential is right to 2e-7 relative.
RowLosses losses_to_gradients(float* logits, std::int64_t rows, std::int64_t columns, const std::int64_t* expected,
                              double smoothing, double scale);

}  // namespace pbt::translation
