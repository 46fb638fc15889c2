#pragma once

#include <torch/nn/module.h>
#include <torch/nn/modules/linear.h>

#include "common/random.h"
#include "rl/layers.h"
#include "rl/output.h"

namespace pbt::rl {

/// How far back T steps of n environments may look: the steps since the episode began, [T, n], infinite where it began
/// before the first of them (what is remembered from before an episode is 0). Undefined where no episode begins.
using Reach = at::Tensor;

/// An LSTM whose memory is `radius` groups that share weights; step t reads and writes group t mod radius alone, which
/// is what it wrote radius steps ago, and the output is the sum of all groups' latest (Vezhnevets et al., 2017, section
/// 3.3). So memory lasts radius times as long, and radius steps can be taken at once.
struct DilatedLstm : torch::nn::Module {
  DilatedLstm(std::int64_t inputs, std::int64_t units, std::int64_t radius, trainers::Random& random);
  /// inputs [T * n, inputs] -> [T * n, units]. `hidden` and `cell` [n, radius, units]: of the groups, the oldest first;
  /// replaced by those after the last step.
  [[nodiscard]] torch::Tensor run(const torch::Tensor& inputs, const Reach& reach, torch::Tensor& hidden,
                                  torch::Tensor& cell) const;

  std::shared_ptr<Lstm> core;
  std::int64_t radius;
};

/// Feudal Networks (Vezhnevets et al., 2017, section 3), on features z of an encoder:
///   s_t = relu(M z_t),  g_t = o_t / |o_t| of o = dilated LSTM(s), radius r;
///   w_t = phi(sum_{i=t-c..t} g_i), phi linear without bias, to k numbers;
///   head_t = U_t w_t, U_t [outputs, k] made by a linear layer from the worker's LSTM over z;
///   intrinsic_t = 1/c sum_{i=1..c} cos(s_t - s_{t-i}, g_{t-i}).
/// No gradient goes from the worker to the goals. Here r = c = 10 and k = 16, as there. Unlike there, both values are
/// linear layers on the LSTMs' outputs, outputs may be means of continuous actions as well as logits, and no goal is
/// drawn at random.
struct Feudal : torch::nn::Module {
  static constexpr std::int64_t radius = 10;
  static constexpr std::int64_t horizon = 10;
  static constexpr std::int64_t embedding = 16;

  Feudal(std::int64_t width, std::int64_t outputs, trainers::Random& random);
  /// features [T * n, width] of T steps; `memory` is replaced by that after the last. `begins` [T, n], on the CPU, is 1
  /// where an episode begins. Where `goals` is defined, the worker follows these [T * n, width], recorded when it
  /// acted, in place of those that the manager sets now.
  [[nodiscard]] Output run(const torch::Tensor& features, const torch::Tensor& begins, Memory& memory,
                           const torch::Tensor& goals);
  /// Of n environments whose episodes begin.
  [[nodiscard]] Memory new_memory(std::int64_t n) const;

  torch::nn::Linear latent{nullptr}, manager_value{nullptr}, goal_embedding{nullptr}, action_embedding{nullptr},
      worker_value{nullptr};
  std::shared_ptr<DilatedLstm> manager;
  std::shared_ptr<Lstm> worker;

 private:
  std::int64_t width_;
};

}  // namespace pbt::rl
