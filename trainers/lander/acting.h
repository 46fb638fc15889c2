#pragma once

#include <array>
#include <vector>

#include "lander/lunar_lander.h"

namespace pbt::lander {

constexpr int hidden_size = 64;

using Logits = std::array<float, action_count>;

/// A copy of the policy network's weights for acting: two hidden layers of tanh, in plain loops. One observation takes
/// about a microsecond, where a call of libtorch takes tens. Equal to libtorch's forward to 1e-5.
struct ActingNetwork {
  /// weights[i][o] goes from input i to output o (the transpose of libtorch's order, so that the inner loop is over
  /// outputs).
  template <std::size_t inputs, std::size_t outputs>
  struct Layer {
    std::array<std::array<float, outputs>, inputs> weights{};
    std::array<float, outputs> bias{};
  };
  Layer<observation_size, hidden_size> first;
  Layer<hidden_size, hidden_size> second;
  Layer<hidden_size, action_count> head;

  [[nodiscard]] Logits logits(const Observation& observation) const;
};

/// An action drawn from the softmax of `logits`.
[[nodiscard]] Action sample(const Logits& logits, Random& random);
/// The most probable action; the first of equals.
[[nodiscard]] Action greedy(const Logits& logits);

/// The returns of `count` episodes played greedily. Episode i draws from the stream (seed, purpose, i).
[[nodiscard]] std::vector<double> play(const ActingNetwork& network, int count, std::uint64_t seed, Purpose purpose);

}  // namespace pbt::lander
