#pragma once

#include "gan/data_set.h"

namespace pbt::gan {

/// Fashion-MNIST's idx files, plain or compressed by gzip, each image in a black frame of two pixels.
/// Throws std::runtime_error where a file is absent, no idx file of bytes, of another size than its header says, where
/// images are not 28 x 28, or not as many as labels. Labels are not checked.
[[nodiscard]] Images read_fashion_mnist(const std::filesystem::path& folder, Part part);

}  // namespace pbt::gan
