#include "rl/policy.h"

#include <ATen/ATen.h>

#include <limits>

namespace pbt::rl {
namespace {

void add(Judged& sums, const at::Tensor& log_probabilities, const at::Tensor& entropies) {
  sums.log_probabilities =
      sums.log_probabilities.defined() ? sums.log_probabilities + log_probabilities : log_probabilities;
  sums.entropies = sums.entropies.defined() ? sums.entropies + entropies : entropies;
}

/// One discrete part: its logits, [n, choices], the choices made, [n, 1], and those forbidden, [n, choices] or
/// undefined.
void add_part(Judged& sums, const at::Tensor& logits, const at::Tensor& choices, const at::Tensor& forbidden) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (!forbidden.defined()) {
    const auto log_policy = logits.log_softmax(1);
    return add(sums, log_policy.gather(1, choices).squeeze(1), -(log_policy.exp() * log_policy).sum(1));
  }
  const auto log_policy = logits.masked_fill(forbidden, -infinity).log_softmax(1);
  // 0 times -infinity would be NaN, in the gradient too.
  const auto finite = log_policy.masked_fill(forbidden, 0);
  add(sums, log_policy.gather(1, choices).squeeze(1), -(log_policy.exp() * finite).sum(1));
}

}  // namespace

Judged judge(const ActionSpace& space, const at::Tensor& head, const at::Tensor& log_deviations,
             const ActionTensors& actions) {
  Judged sums;
  std::int64_t begin = 0;
  for (std::size_t part = 0; part < space.choices.size(); ++part) {
    const std::int64_t end = begin + space.choices[part];
    const auto forbidden = actions.allowed.defined() ? actions.allowed.slice(1, begin, end).eq(0) : at::Tensor();
    const auto k = static_cast<std::int64_t>(part);
    add_part(sums, space.choices.size() == 1 && space.low.empty() ? head : head.slice(1, begin, end),
             actions.choices.slice(1, k, k + 1), forbidden);
    begin = end;
  }
  if (space.low.empty()) return sums;
  constexpr double log_two_pi = 1.8378770664093453;
  const auto from_mean = (actions.drawn - head.slice(1, begin)) / log_deviations.exp();
  const auto log_densities = -0.5 * from_mean.square() - log_deviations - 0.5 * log_two_pi;
  add(sums, log_densities.sum(1), (log_deviations + 0.5 * (1 + log_two_pi)).sum().expand({head.size(0)}));
  return sums;
}

}  // namespace pbt::rl
