#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <string>

#include "common/random.h"

namespace torch::nn {
class Module;
}

namespace pbt::gan {

using trainers::Purpose;
using trainers::Random;

/// The device of that name (common/device.h), set so that the same work gives the same numbers.
[[nodiscard]] c10::Device repeating_device(const std::string& name);

/// A generator of libtorch's own, seeded by a stream's next number: nothing draws from the global one.
[[nodiscard]] at::Generator generator_from(Random random);

/// Standard normal numbers. They are drawn on the CPU, and so are the same ones on every device.
[[nodiscard]] at::Tensor normal(at::IntArrayRef sizes, at::Generator& generator, c10::Device device);

/// `count` indices in [0, size), each drawn by itself, on `device`.
[[nodiscard]] at::Tensor draw_indices(Random& random, std::int64_t count, std::int64_t size, c10::Device device);

/// Lays the weights of convolutions out by channels last, which makes libtorch keep images so too: on a CPU that is a
/// tenth faster.
void lay_out_channels_last(torch::nn::Module& module);

/// True where every parameter and buffer is a number.
[[nodiscard]] bool is_finite(const torch::nn::Module& module);

}  // namespace pbt::gan
