#pragma once

#include "gan/data_set.h"

namespace pbt::gan {

/// CIFAR-10's binary version: records of a label byte and 3,072 bytes, the red, green and blue plane row by row.
/// Throws std::runtime_error where a file is absent, empty, or not a whole number of records. Labels are not checked.
[[nodiscard]] Images read_cifar(const std::filesystem::path& folder, Part part);

}  // namespace pbt::gan
