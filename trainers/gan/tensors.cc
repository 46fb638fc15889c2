#include "gan/tensors.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <torch/nn/module.h>
#include <torch/types.h>

#include <vector>

#include "common/device.h"

namespace pbt::gan {

c10::Device repeating_device(const std::string& name) {
  const c10::Device device = trainers::device_from(name);
  // Otherwise cuDNN may choose kernels by their speed at the moment, and add in an order of chance.
  at::globalContext().setDeterministicCuDNN(true);
  at::globalContext().setBenchmarkCuDNN(false);
  return device;
}

at::Generator generator_from(Random random) { return at::detail::createCPUGenerator(random.next()); }

at::Tensor normal(at::IntArrayRef sizes, at::Generator& generator, c10::Device device) {
  return torch::empty(sizes).normal_(0, 1, generator).to(device);
}

at::Tensor draw_indices(Random& random, std::int64_t count, std::int64_t size, c10::Device device) {
  std::vector<std::int64_t> indices(static_cast<std::size_t>(count));
  for (std::int64_t& index : indices) index = static_cast<std::int64_t>(random.index(static_cast<std::size_t>(size)));
  return torch::tensor(indices, torch::kLong).to(device);
}

void lay_out_channels_last(torch::nn::Module& module) {
  const torch::NoGradGuard no_grad;
  for (torch::Tensor& parameter : module.parameters())
    if (parameter.dim() == 4) parameter.set_data(parameter.contiguous(at::MemoryFormat::ChannelsLast));
}

bool is_finite(const torch::nn::Module& module) {
  for (const torch::Tensor& buffer : module.buffers())
    if (!torch::isfinite(buffer).all().item<bool>()) return false;
  for (const torch::Tensor& parameter : module.parameters())
    if (!torch::isfinite(parameter).all().item<bool>()) return false;
  return true;
}

}  // namespace pbt::gan
