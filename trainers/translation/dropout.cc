#include "translation/dropout.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>

#include <cmath>

namespace pbt::translation {
namespace {

constexpr double levels = 65'536;  // of one draw; a random number of 64 bits makes four

void fill_mask(float* mask, std::int64_t size, std::uint32_t dropped, float kept, trainers::Random& random) {
  const auto value = [dropped, kept](std::uint64_t bits) { return (bits & 0xFFFFU) < dropped ? 0.0F : kept; };
  std::int64_t i = 0;
  for (; i + 4 <= size; i += 4) {
    const std::uint64_t bits = random.next();
    mask[i] = value(bits);
    mask[i + 1] = value(bits >> 16U);
    mask[i + 2] = value(bits >> 32U);
    mask[i + 3] = value(bits >> 48U);
  }
  for (std::uint64_t bits = random.next(); i < size; ++i, bits >>= 16U) mask[i] = value(bits);
}

}  // namespace

DropoutNoise::DropoutNoise(const c10::Device& device, std::uint64_t seed) : random_(seed, trainers::Purpose::noise) {
  // Of the CPU anew: its default one belongs to all threads, and cloning takes no lock.
  generator_ =
      device.is_cpu() ? at::detail::createCPUGenerator() : at::globalContext().defaultGenerator(device).clone();
  generator_.set_current_seed(random_.next());
}

at::Tensor DropoutNoise::drop(const at::Tensor& values, double probability) {
  const double dropped = std::min(std::round(probability * levels), levels - 1);
  const double kept = levels / (levels - dropped);
  at::Tensor mask = at::empty(values.sizes(), values.options().requires_grad(false));
  if (values.device().is_cpu() && values.scalar_type() == at::kFloat) {
    fill_mask(mask.data_ptr<float>(), mask.numel(), static_cast<std::uint32_t>(dropped), static_cast<float>(kept),
              random_);
  } else {
    mask.bernoulli_(1 - dropped / levels, generator_).mul_(kept);
  }
  return values * mask;
}

}  // namespace pbt::translation
