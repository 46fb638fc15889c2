#pragma once

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include <utility>

#include "common/random.h"

namespace pbt::rl {

/// Uniform weights of variance gain^2 / inputs, zeros for biases, drawn on the CPU from our own generator: libtorch's
/// is global. A weight has at least two dimensions, its inputs in all but the first.
void initialise(torch::nn::Module& module, double gain, trainers::Random& random);

/// An LSTM (Hochreiter and Schmidhuber, 1997; with forget gates, their bias 1 at first).
struct Lstm : torch::nn::Module {
  Lstm(std::int64_t inputs, std::int64_t units, trainers::Random& random);

  /// What inputs [rows, inputs] add to the gates, [rows, 4 * units]: of all steps in one product.
  [[nodiscard]] at::Tensor project(const at::Tensor& inputs) const;
  /// One step of n rows: the next hidden and cell, [n, units] each.
  [[nodiscard]] std::pair<at::Tensor, at::Tensor> step(const at::Tensor& projected, const at::Tensor& hidden,
                                                       const at::Tensor& cell) const;
  /// T steps of n rows: hidden after each, [T * n, units], from projected inputs [T * n, 4 * units]. `kept` [T, n] is 0
  /// where a row forgets before the step, else 1; undefined where nothing is forgotten. `hidden` and `cell` [n, units]
  /// are those before the first step, through which no gradient flows, and are replaced by those after the last. The
  /// same as step() after step(), but backward gathers the weights' gradient in one product.
  [[nodiscard]] at::Tensor run(const at::Tensor& projected, const at::Tensor& kept, at::Tensor& hidden,
                               at::Tensor& cell) const;
  [[nodiscard]] std::int64_t units() const { return hidden_weights.size(1); }

  at::Tensor input_weights, hidden_weights, bias;
};

}  // namespace pbt::rl
