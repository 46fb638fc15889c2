#pragma once

#include <ATen/core/Tensor.h>

namespace pbt::gan {

/// The transposed convolution of 4 x 4 with stride 2 and padding 1, without bias: [n, in, h, w] -> [n, out, 2h, 2w];
/// `weight` is [in, out, 4, 4], as ConvTranspose2d has it. Equal to libtorch's own to rounding.
///
/// On a CPU it is computed as what it is, the gradient of a convolution by its input, which oneDNN does; libtorch
/// before 2.0 unfolds matrices instead and takes 2.5 times as long (with few output channels it is the faster one: use
/// it there). Other devices get libtorch's own.
[[nodiscard]] at::Tensor transposed_convolution(const at::Tensor& images, const at::Tensor& weight);

}  // namespace pbt::gan
