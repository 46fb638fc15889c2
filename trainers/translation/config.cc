#include "translation/config.h"

#include <algorithm>
#include <cmath>

namespace pbt::translation {

const std::vector<trainers::Field<Config>>& fields() {
  static const std::vector<trainers::Field<Config>> all = {
      {"learning_rate", &Config::learning_rate, 0, 1e30, "Adam's; at its height where there is warm-up"},
      {"warmup_steps", &Config::warmup_steps, 0, 1e9,
       "updates over which the learning rate rises, to fall by their inverse square root; 0: it is constant"},
      {"attention_dropout", &Config::attention_dropout, 0, 0.95, "dropout of attention's weights"},
      {"layer_dropout", &Config::layer_dropout, 0, 0.95, "dropout of each sublayer's output, and of the embeddings"},
      {"relu_dropout", &Config::relu_dropout, 0, 0.95, "dropout behind the ReLU of the feed-forward sublayers"},
      {"label_smoothing", &Config::label_smoothing, 0, 0.95, "probability that the target gives to all symbols evenly"},
      {"gradient_norm_max", &Config::gradient_norm_max, 1e-9, 1e30, "a longer gradient is shortened to this"},
      {"adam_beta1", &Config::adam_beta1, 0, 0.999999, "how slowly Adam forgets gradients"},
      {"adam_beta2", &Config::adam_beta2, 0, 0.999999, "how slowly Adam forgets their squares"},
      {"batch_tokens", &Config::batch_tokens, 1, 1e7,
       "a batch's pairs times the symbols of the longest sentence among them, at most"},
  };
  return all;
}

double rate_factor(std::int64_t step, std::int64_t warmup_steps) {
  if (warmup_steps == 0) return 1;
  const double progress = static_cast<double>(step) / static_cast<double>(warmup_steps);
  return std::min(progress, 1 / std::sqrt(progress));
}

}  // namespace pbt::translation
