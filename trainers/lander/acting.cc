#include "lander/acting.h"

#include <algorithm>
#include <cmath>

namespace pbt::lander {
namespace {

/// tanh within 1e-6: the rational approximation that Eigen uses. Without calls and branches, so that loops over it
/// vectorise.
float fast_tanh(float x) {
  constexpr float beyond = 7.9F;  // tanh is 1 in float from here on
  x = std::min(std::max(x, -beyond), beyond);
  const float x2 = x * x;
  float odd = -2.76076847742355e-16F;
  for (const float coefficient : {2.00018790482477e-13F, -8.60467152213735e-11F, 5.12229709037114e-08F,
                                  1.48572235717979e-05F, 6.37261928875436e-04F, 4.89352455891786e-03F})
    odd = odd * x2 + coefficient;
  float even = 1.19825839466702e-06F;
  for (const float coefficient : {1.18534705686654e-04F, 2.26843463243900e-03F, 4.89352518554385e-03F})
    even = even * x2 + coefficient;
  return x * odd / even;
}

template <std::size_t inputs, std::size_t outputs>
std::array<float, outputs> apply_layer(const ActingNetwork::Layer<inputs, outputs>& layer,
                                       const std::array<float, inputs>& input) {
  std::array<float, outputs> sums = layer.bias;
  for (std::size_t i = 0; i < inputs; ++i)
    for (std::size_t o = 0; o < outputs; ++o) sums[o] += input[i] * layer.weights[i][o];
  return sums;
}

template <std::size_t size>
void apply_tanh(std::array<float, size>& values) {
  for (float& value : values) value = fast_tanh(value);
}

}  // namespace

Logits ActingNetwork::logits(const Observation& observation) const {
  auto hidden = apply_layer(first, observation);
  apply_tanh(hidden);
  hidden = apply_layer(second, hidden);
  apply_tanh(hidden);
  return apply_layer(head, hidden);
}

Action sample(const Logits& logits, Random& random) {
  const float highest = *std::max_element(logits.begin(), logits.end());
  std::array<double, action_count> weights{};
  double sum = 0;
  for (std::size_t a = 0; a < weights.size(); ++a)
    sum += weights[a] = std::exp(static_cast<double>(logits[a] - highest));
  double left = random.unit() * sum;
  // The last action also takes what rounding leaves, and everything when the logits are NaN.
  for (std::size_t a = 0; a + 1 < weights.size(); ++a) {
    if (left < weights[a]) return static_cast<Action>(a);
    left -= weights[a];
  }
  return static_cast<Action>(action_count - 1);
}

Action greedy(const Logits& logits) {
  return static_cast<Action>(std::max_element(logits.begin(), logits.end()) - logits.begin());
}

std::vector<double> play(const ActingNetwork& network, int count, std::uint64_t seed, Purpose purpose) {
  std::vector<double> returns;
  LunarLander lander;
  for (int episode = 0; episode < count; ++episode) {
    Random random(seed, purpose, static_cast<std::uint64_t>(episode));
    Outcome outcome;
    outcome.observation = lander.reset(random);
    double sum = 0;
    while (!outcome.over()) {
      outcome = lander.step(greedy(network.logits(outcome.observation)), random);
      sum += outcome.reward;
    }
    returns.push_back(sum);
  }
  return returns;
}

}  // namespace pbt::lander
