#include "rl/layers.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/types.h>

#include <cmath>
#include <vector>

namespace pbt::rl {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

void fill(const at::Tensor& weights, double gain, trainers::Random& random) {
  const double inputs = static_cast<double>(weights.numel() / weights.size(0));
  const double bound = gain * std::sqrt(3.0 / inputs);
  float* const values = weights.data_ptr<float>();
  for (std::int64_t i = 0; i < weights.numel(); ++i) values[i] = static_cast<float>(random.uniform(-bound, bound));
}

/// The gates of a step, applied: input, forget, cell and output, as libtorch orders them.
struct Gates {
  at::Tensor in, keep, fresh, out;
};

Gates gates_of(const at::Tensor& sums) {
  const auto parts = sums.chunk(4, 1);
  return {parts[0].sigmoid(), parts[1].sigmoid(), parts[2].tanh(), parts[3].sigmoid()};
}

/// Lstm::run() with a backward of its own: libtorch's would add up a gradient of the weights at each step.
struct LstmRun : torch::autograd::Function<LstmRun> {
  /// projected [T, n, 4u], kept [T, n, 1] or empty, hidden and cell [n, u], weights [4u, u] -> hidden of each step
  /// [T, n, u], and the last cell [n, u], which takes no gradient.
  static variable_list forward(AutogradContext* context, const at::Tensor& projected, const at::Tensor& kept,
                               at::Tensor hidden, at::Tensor cell, const at::Tensor& weights) {
    const auto turned = weights.t();
    const bool forgets = kept.numel() > 0;
    std::vector<at::Tensor> gates, hiddens, cells_before, hiddens_before, squashed;
    for (std::int64_t t = 0; t < projected.size(0); ++t) {
      if (forgets) hidden = hidden * kept[t];
      if (forgets) cell = cell * kept[t];
      hiddens_before.push_back(hidden);
      cells_before.push_back(cell);
      const Gates gate = gates_of(at::addmm(projected[t], hidden, turned));
      cell = gate.keep * cell + gate.in * gate.fresh;
      squashed.push_back(cell.tanh());
      hidden = gate.out * squashed.back();
      gates.push_back(at::cat({gate.in, gate.keep, gate.fresh, gate.out}, 1));
      hiddens.push_back(hidden);
    }
    context->save_for_backward(
        {at::stack(gates), at::stack(hiddens_before), at::stack(cells_before), at::stack(squashed), weights, kept});
    context->mark_non_differentiable({cell});
    return {at::stack(hiddens), cell};
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const auto &gates = saved[0], &hiddens_before = saved[1], &cells_before = saved[2], &squashed = saved[3],
               &weights = saved[4], &kept = saved[5];
    // The gates' derivatives: s (1 - s) of a sigmoid, 1 - s^2 of a tanh; all steps at once.
    const auto all = gates.chunk(4, 2);
    const auto through_cell = all[3] * (1 - squashed.square());
    const auto by_in = all[2] * all[0] * (1 - all[0]);
    const auto by_keep = cells_before * all[1] * (1 - all[1]);
    const auto by_fresh = all[0] * (1 - all[2].square());
    const auto by_out = squashed * all[3] * (1 - all[3]);
    const bool forgets = kept.numel() > 0;
    at::Tensor hidden_gradient, cell_gradient;
    std::vector<at::Tensor> sums(static_cast<std::size_t>(gates.size(0)));
    for (std::int64_t t = gates.size(0) - 1; t >= 0; --t) {
      const auto hidden = hidden_gradient.defined() ? gradients[0][t] + hidden_gradient : gradients[0][t];
      const auto cell =
          cell_gradient.defined() ? at::addcmul(cell_gradient, hidden, through_cell[t]) : hidden * through_cell[t];
      const auto sum = at::cat({cell * by_in[t], cell * by_keep[t], cell * by_fresh[t], hidden * by_out[t]}, 1);
      sums[static_cast<std::size_t>(t)] = sum;
      hidden_gradient = sum.mm(weights);
      cell_gradient = cell * all[1][t];
      if (forgets) hidden_gradient = hidden_gradient * kept[t];
      if (forgets) cell_gradient = cell_gradient * kept[t];
    }
    const auto projected = at::stack(sums);
    const auto weights_gradient = projected.flatten(0, 1).t().mm(hiddens_before.flatten(0, 1));
    return {projected, at::Tensor(), at::Tensor(), at::Tensor(), weights_gradient};
  }
};

}  // namespace

void initialise(torch::nn::Module& module, double gain, trainers::Random& random) {
  const torch::NoGradGuard no_grad;
  for (const auto& item : module.named_parameters(/*recurse=*/false)) {
    if (item.value().dim() >= 2) {
      fill(item.value(), gain, random);
    } else {
      item.value().zero_();
    }
  }
}

Lstm::Lstm(std::int64_t inputs, std::int64_t units, trainers::Random& random) {
  input_weights = register_parameter("input_weights", torch::empty({4 * units, inputs}));
  hidden_weights = register_parameter("hidden_weights", torch::empty({4 * units, units}));
  bias = register_parameter("bias", torch::empty({4 * units}));
  initialise(*this, 1.0, random);
  const torch::NoGradGuard no_grad;
  bias.slice(0, units, 2 * units).fill_(1);
}

at::Tensor Lstm::project(const at::Tensor& inputs) const { return at::addmm(bias, inputs, input_weights.t()); }

std::pair<at::Tensor, at::Tensor> Lstm::step(const at::Tensor& projected, const at::Tensor& hidden,
                                             const at::Tensor& cell) const {
  const Gates gate = gates_of(at::addmm(projected, hidden, hidden_weights.t()));
  const auto next = gate.keep * cell + gate.in * gate.fresh;
  return {gate.out * next.tanh(), next};
}

at::Tensor Lstm::run(const at::Tensor& projected, const at::Tensor& kept, at::Tensor& hidden, at::Tensor& cell) const {
  const std::int64_t n = hidden.size(0);
  // A function of libtorch's takes no undefined tensors.
  const auto keep = kept.defined() ? kept.unsqueeze(2) : at::empty({0}, hidden.options());
  const auto result = LstmRun::apply(projected.reshape({-1, n, 4 * units()}), keep, hidden, cell, hidden_weights);
  hidden = result[0][-1].detach();
  cell = result[1];
  return result[0].flatten(0, 1);
}

}  // namespace pbt::rl
