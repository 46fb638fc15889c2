#include "common/device.h"

#include <torch/cuda.h>

#include <charconv>
#include <stdexcept>

namespace pbt::trainers {
namespace {

/// N of "cuda:N", -1 where there is no such number.
int index_of(const std::string& name) {
  const char* const end = name.data() + name.size();
  int index = -1;
  const auto [stopped, error] = std::from_chars(name.data() + 5, end, index);
  return error == std::errc() && stopped == end && index >= 0 && index <= 127 ? index : -1;
}

}  // namespace

c10::Device device_from(const std::string& name) {
  if (name == "cpu") return c10::kCPU;
  const auto count = static_cast<int>(torch::cuda::is_available() ? torch::cuda::device_count() : 0);
  if (name == "auto") return count > 0 ? c10::Device(c10::kCUDA, 0) : c10::Device(c10::kCPU);
  const int index = name == "cuda" ? 0 : name.rfind("cuda:", 0) == 0 ? index_of(name) : -1;
  if (index < 0) throw std::invalid_argument("device \"" + name + "\": expected auto, cpu, cuda or cuda:N");
  if (index >= count) {
    const std::string found =
        count == 0 ? "libtorch finds no GPU (Debian's libtorch is built for the CPU alone: build with a CUDA one by "
                     "CMAKE_PREFIX_PATH)"
                   : "libtorch finds " + std::to_string(count) + " of them, from cuda:0 on";
    throw std::invalid_argument("device \"" + name + "\" is not there: " + found + "; or say cpu or auto");
  }
  return {c10::kCUDA, static_cast<c10::DeviceIndex>(index)};
}

}  // namespace pbt::trainers
