#include "rl/layers.h"

#include <ATen/ATen.h>
#include <torch/types.h>

#include <cmath>

namespace pbt::rl {
namespace {

void fill(const at::Tensor& weights, double gain, trainers::Random& random) {
  const double inputs = static_cast<double>(weights.numel() / weights.size(0));
  const double bound = gain * std::sqrt(3.0 / inputs);
  float* const values = weights.data_ptr<float>();
  for (std::int64_t i = 0; i < weights.numel(); ++i) values[i] = static_cast<float>(random.uniform(-bound, bound));
}

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

LstmCell::LstmCell(std::int64_t inputs, std::int64_t units, trainers::Random& random) {
  input_weights = register_parameter("input_weights", torch::empty({4 * units, inputs}));
  hidden_weights = register_parameter("hidden_weights", torch::empty({4 * units, units}));
  bias = register_parameter("bias", torch::empty({4 * units}));
  initialise(*this, 1.0, random);
  const torch::NoGradGuard no_grad;
  bias.slice(0, units, 2 * units).fill_(1);  // libtorch's order of gates: input, forget, cell, output
}

std::pair<at::Tensor, at::Tensor> LstmCell::step(const at::Tensor& input, const at::Tensor& hidden,
                                                 const at::Tensor& cell) const {
  const auto gates = at::addmm(bias, input, input_weights.t()).addmm(hidden, hidden_weights.t()).chunk(4, 1);
  const auto next = gates[1].sigmoid() * cell + gates[0].sigmoid() * gates[2].tanh();
  return {gates[3].sigmoid() * next.tanh(), next};
}

}  // namespace pbt::rl
