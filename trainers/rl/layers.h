#pragma once

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include <utility>

#include "common/random.h"

namespace pbt::rl {

/// Uniform weights of variance gain^2 / inputs, zeros for biases, drawn on the CPU from our own generator: libtorch's
/// is global. A weight has at least two dimensions, its inputs in all but the first.
void initialise(torch::nn::Module& module, double gain, trainers::Random& random);

/// The cell of an LSTM (Hochreiter and Schmidhuber, 1997; with forget gates, their bias 1).
struct LstmCell : torch::nn::Module {
  LstmCell(std::int64_t inputs, std::int64_t units, trainers::Random& random);
  /// input [n, inputs], hidden and cell [n, units] -> the next hidden and cell.
  [[nodiscard]] std::pair<at::Tensor, at::Tensor> step(const at::Tensor& input, const at::Tensor& hidden,
                                                       const at::Tensor& cell) const;

  at::Tensor input_weights, hidden_weights, bias;
};

}  // namespace pbt::rl
