#pragma once

#include <c10/core/Device.h>

#include <string>

namespace pbt::trainers {

/// Where tensors live: "auto" (the first GPU where there is one, else the CPU), "cpu", "cuda" or "cuda:N".
/// Throws std::invalid_argument where the name is none of these, or a GPU is asked for that this machine or this build
/// of libtorch does not have.
[[nodiscard]] c10::Device device_from(const std::string& name);

}  // namespace pbt::trainers
