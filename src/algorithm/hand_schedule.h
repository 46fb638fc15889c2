#pragma once

#include <map>
#include <string>
#include <vector>

#include "pbt/experiment.h"

namespace pbt {

/// One hyperparameter along a schedule made by hand.
class HandSchedule {
 public:
  enum class Shape { piecewise, linear, cosine, inverse_sqrt };

  Shape shape = Shape::piecewise;
  std::vector<double> steps;   ///< piecewise: from which each value holds; grows, from 0
  std::vector<double> values;  ///< piecewise
  double from = 0;             ///< linear, cosine: at the end of the warm-up; inverse_sqrt: the peak there
  double to = 0;               ///< linear, cosine: at the end
  double warmup = 0;           ///< steps in which it grows from 0 in a line
  double end = 0;              ///< linear, cosine: the step from which it stays at `to`

  /// At a step, the warm-up first:
  ///   linear        from + (to - from) p,   p = (step - warmup) / (end - warmup) in [0, 1]
  ///   cosine        to + (from - to) (1 + cos(pi p)) / 2    (I. Loshchilov and F. Hutter, "SGDR", 2017, equation 5)
  ///   inverse_sqrt  from * sqrt(warmup / step)              (A. Vaswani et al., 2017, equation 3)
  [[nodiscard]] double at(double step) const;
};

/// The settings "schedule.<hyperparameter>.<key>" of [algorithm.schedule]. Throws UsageError that names the key. Other
/// settings are left alone.
[[nodiscard]] std::map<std::string, HandSchedule> read_hand_schedules(const Settings& settings);

}  // namespace pbt
