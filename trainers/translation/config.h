#pragma once

#include <cstdint>
#include <vector>

#include "common/fields.h"

namespace pbt::translation {

/// What may be tuned.
struct Config {
  double learning_rate = 2e-3;
  std::int64_t warmup_steps = 0;
  double attention_dropout = 0.1;
  double layer_dropout = 0.1;
  double relu_dropout = 0.1;
  double label_smoothing = 0.1;
  double gradient_norm_max = 1;
  double adam_beta1 = 0.9;
  double adam_beta2 = 0.98;
  std::int64_t batch_tokens = 1024;
};

[[nodiscard]] const std::vector<trainers::Field<Config>>& fields();

/// What the learning rate is multiplied by at the `step`-th update, from 1: with warm-up (Vaswani et al., 2017, 5.3,
/// here with the learning rate at its height, not at step 1) min(step / warmup, sqrt(warmup / step)); without, 1.
[[nodiscard]] double rate_factor(std::int64_t step, std::int64_t warmup_steps);

}  // namespace pbt::translation
