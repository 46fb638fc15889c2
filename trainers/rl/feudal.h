#pragma once

#include <torch/nn/module.h>
#include <torch/nn/modules/linear.h>

#include "common/random.h"
#include "rl/layers.h"
#include "rl/output.h"

namespace pbt::rl {

/// An LSTM whose memory is `radius` groups that share weights; step t reads and writes group t mod radius alone, and
/// the output is the sum of all groups' latest (Vezhnevets et al., 2017, section 3.3), so that memory lasts radius
/// times as long.
struct DilatedLstm : torch::nn::Module {
  DilatedLstm(std::int64_t inputs, std::int64_t units, std::int64_t radius, trainers::Random& random);
  /// `groups`: hidden and cell, each [n, radius, units], replaced by the next ones. `age` [n]: each environment's steps
  /// in its episode, from 0. Answers [n, units].
  [[nodiscard]] torch::Tensor step(const torch::Tensor& input, torch::Tensor& hidden, torch::Tensor& cell,
                                   const torch::Tensor& age);

  std::shared_ptr<LstmCell> core;
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
  /// One step. features [n, width]; `memory` is replaced by the next. Where `goals` is defined, the worker follows
  /// these [n, width], recorded when it acted, in place of those that the manager sets now.
  [[nodiscard]] Output step(const torch::Tensor& features, Memory& memory, const torch::Tensor& goals);
  /// Of n environments whose episodes begin.
  [[nodiscard]] Memory new_memory(std::int64_t n) const;

  torch::nn::Linear latent{nullptr}, manager_value{nullptr}, goal_embedding{nullptr}, action_embedding{nullptr},
      worker_value{nullptr};
  std::shared_ptr<DilatedLstm> manager;
  std::shared_ptr<LstmCell> worker;

 private:
  std::int64_t width_;
};

}  // namespace pbt::rl
