#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <cstdint>

#include "common/random.h"

namespace pbt::translation {

/// Draws what dropout leaves out, on one device, from a generator of its own.
class DropoutNoise {
 public:
  DropoutNoise(const c10::Device& device, std::uint64_t seed);

  /// `values` with each element, independently, either 0 (with `probability`, in [0, 1), to 1 in 65,536) or scaled so
  /// that its mean stays (Srivastava et al., 2014).
  [[nodiscard]] at::Tensor drop(const at::Tensor& values, double probability);

 private:
  trainers::Random random_;  ///< for floats on the CPU, where libtorch's generator takes as long as a small layer
  at::Generator generator_;  ///< for all else
};

/// The dropouts of one pass through the network, named as the Transformer's are; none as it stands.
struct Dropout {
  double attention = 0;  ///< of attention's weights
  double layer = 0;      ///< of what each sublayer adds, and of the embeddings
  double relu = 0;       ///< within the feed-forward sublayers, behind the ReLU
  DropoutNoise* noise = nullptr;

  [[nodiscard]] at::Tensor drop(const at::Tensor& values, double probability) const {
    return noise == nullptr || probability <= 0 ? values : noise->drop(values, probability);
  }
};

}  // namespace pbt::translation
