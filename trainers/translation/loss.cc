#include "translation/loss.h"

#include <torch/csrc/autograd/custom_function.h>
#include <torch/types.h>

#include "translation/softmax_rows.h"

namespace pbt::translation {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// As losses_to_gradients(), on any device. The sums are {smoothed, likelihood}.
at::Tensor to_gradients(at::Tensor& logits, const at::Tensor& expected, double smoothing, double scale) {
  const auto sums = [&logits](double smoothed, double likelihood) {
    return at::tensor({smoothed, likelihood}, at::kDouble).to(logits.options());
  };
  const std::int64_t columns = logits.size(1);
  if (logits.device().is_cpu() && logits.scalar_type() == at::kFloat) {
    const RowLosses losses = losses_to_gradients(logits.data_ptr<float>(), logits.size(0), columns,
                                                 expected.data_ptr<std::int64_t>(), smoothing, scale);
    return sums(losses.smoothed, losses.likelihood);
  }
  const double evenly = smoothing / static_cast<double>(columns);
  const auto logs = at::log_softmax(logits, 1);
  const auto rows = expected.unsqueeze(1);
  const auto likelihood = -logs.gather(1, rows).sum();
  const auto smoothed = (1 - smoothing) * likelihood - evenly * logs.sum();
  at::exp_out(logits, logs).sub_(evenly);
  logits.scatter_add_(1, rows, at::full_like(rows, smoothing - 1, logits.options())).mul_(scale);
  return at::stack({smoothed, likelihood});
}

struct SoftmaxLoss : torch::autograd::Function<SoftmaxLoss> {
  static variable_list forward(AutogradContext* context, const at::Tensor& states, const at::Tensor& matrix,
                               const at::Tensor& expected, double smoothing) {
    at::Tensor logits = at::matmul(states, matrix.t());
    const double scale = 1 / static_cast<double>(states.size(0));
    const at::Tensor sums = to_gradients(logits, expected, smoothing, scale);
    context->save_for_backward({states, matrix, logits});
    at::Tensor smoothed = sums[0] * scale;
    at::Tensor likelihood = sums[1] * scale;
    context->mark_non_differentiable({likelihood});
    return {smoothed, likelihood};
  }

  static variable_list backward(AutogradContext* context, variable_list outer) {
    const variable_list saved = context->get_saved_variables();
    const at::Tensor& gradients = saved[2];
    return {at::matmul(gradients, saved[1]).mul_(outer[0]), at::matmul(gradients.t(), saved[0]).mul_(outer[0]), {}, {}};
  }
};

}  // namespace

Losses softmax_loss(const at::Tensor& states, const at::Tensor& matrix, const at::Tensor& expected, double smoothing) {
  const variable_list losses = SoftmaxLoss::apply(states, matrix, expected, smoothing);
  return {losses[0], losses[1]};
}

}  // namespace pbt::translation
