#pragma once

#include <torch/types.h>

#include <vector>

#include "pbt/assignment.h"
#include "rl/native.h"

/// What several tests use.
namespace pbt::rl {

/// Nobody asks a test's turn to stop.
class Unstopped final : public TurnControl {
 public:
  void progress(const Assignment& /*turn*/, std::int64_t /*step*/, const Metrics& /*metrics*/) override {}
  Stop stop_requested() override { return Stop::no; }
};

/// Numbers in [-1, 1), the same at each call.
inline torch::Tensor numbers(const std::vector<std::int64_t>& shape, std::uint64_t seed = 1) {
  Random random(seed, Purpose::noise);
  auto tensor = torch::empty(shape);
  for (std::int64_t i = 0; i < tensor.numel(); ++i)
    tensor.data_ptr<float>()[i] = static_cast<float>(random.uniform(-1, 1));
  return tensor;
}

inline double largest(const torch::Tensor& tensor) { return tensor.abs().max().item<double>(); }

}  // namespace pbt::rl
