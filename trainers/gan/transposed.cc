#include "gan/transposed.h"

#include <torch/csrc/autograd/custom_function.h>
#include <torch/types.h>

#include <array>

namespace pbt::gan {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

/// The gradients of y = convolution(x, weight) by x and by the weight, as far as they are wanted.
std::tuple<torch::Tensor, torch::Tensor, torch::Tensor> gradients(const torch::Tensor& of_y, const torch::Tensor& x,
                                                                  const torch::Tensor& weight,
                                                                  std::array<bool, 3> wanted) {
  return at::convolution_backward(of_y, x, weight, c10::nullopt, /*stride=*/{2, 2}, /*padding=*/{1, 1},
                                  /*dilation=*/{1, 1}, /*transposed=*/false, /*output_padding=*/{0, 0}, /*groups=*/1,
                                  wanted);
}

struct AsGradient : torch::autograd::Function<AsGradient> {
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& images, const torch::Tensor& weight) {
    context->save_for_backward({images, weight});
    // Only its sizes and layout matter.
    const auto like = torch::empty({images.size(0), weight.size(1), 2 * images.size(2), 2 * images.size(3)},
                                   images.options(), at::MemoryFormat::ChannelsLast);
    return std::get<0>(gradients(images, like, weight, {true, false, false}));
  }

  static tensor_list backward(AutogradContext* context, const tensor_list& of_output) {
    const auto saved = context->get_saved_variables();
    const torch::Tensor& images = saved[0];
    const torch::Tensor& weight = saved[1];
    return {torch::conv2d(of_output[0], weight, {}, /*stride=*/2, /*padding=*/1),
            std::get<1>(gradients(images, of_output[0], weight, {false, true, false}))};
  }
};

}  // namespace

at::Tensor transposed_convolution(const at::Tensor& images, const at::Tensor& weight) {
  if (images.is_cpu()) return AsGradient::apply(images, weight);
  return torch::conv_transpose2d(images, weight, {}, /*stride=*/2, /*padding=*/1);
}

}  // namespace pbt::gan
