#pragma once

#include <ATen/core/Tensor.h>

#include <string>

namespace pbt::gan {

/// Images side by side, `columns` in a row, two black pixels between them: [n, c, h, w] in [-1, 1], n a multiple of
/// `columns`, to uint8 [c, height, width] on the CPU. What is no number is black.
[[nodiscard]] at::Tensor grid_of(const at::Tensor& images, std::int64_t columns);

/// The bytes of a PNG file. `pixels` are uint8 [c, height, width] on the CPU, with one channel (grey) or three.
/// Throws std::runtime_error where libpng refuses.
[[nodiscard]] std::string png_of(const at::Tensor& pixels);

}  // namespace pbt::gan
