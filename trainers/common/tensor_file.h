#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "pbt/folder.h"

namespace torch::nn {
class Module;
}
namespace torch::optim {
class Adam;
}

namespace pbt::trainers {

/// What a checkpoint holds, by name: tensors (on the CPU, contiguous) and texts. Equal contents give equal bytes.
/// The file is in the safetensors format (an eight-byte length, a JSON header, the tensors' bytes), which Python's
/// `safetensors` reads. An archive of libtorch orders an optimiser's state by address, and so is not the same bytes
/// twice.
struct TensorFile {
  std::map<std::string, at::Tensor> tensors;
  std::map<std::string, std::string> texts;

  /// The tensor of that name. Throws std::runtime_error where there is none.
  [[nodiscard]] const at::Tensor& tensor(const std::string& name) const;
  [[nodiscard]] const std::string& text(const std::string& name) const;
  /// A text as a whole number. Throws std::runtime_error where it is absent or no number.
  [[nodiscard]] std::int64_t integer(const std::string& name) const;
};

/// Writes `contents` as `file` into `folder`. Tensors may lie on any device, of type float, double, int64, int32 or
/// uint8. Throws std::system_error when the disk refuses.
void write_tensors(const Folder& folder, std::string_view file, const TensorFile& contents);
/// Throws std::system_error when the file is absent, std::runtime_error when it is no such file, truncated or wrong in
/// itself.
[[nodiscard]] TensorFile read_tensors(const Folder& folder, std::string_view file);

/// Puts a module's parameters and buffers in as "<prefix>.<name>".
void put_module(TensorFile& file, const std::string& prefix, const torch::nn::Module& module);
/// Copies them back. Throws std::runtime_error naming a tensor that is absent or of another shape; the module is then
/// half changed.
void get_module(const TensorFile& file, const std::string& prefix, torch::nn::Module& module);

/// Puts in Adam's moments and count of updates of each of the module's parameters; zeros where it has made none. Its
/// learning rate, being a hyperparameter, is not kept.
void put_adam(TensorFile& file, const std::string& prefix, const torch::nn::Module& module,
              torch::optim::Adam& optimiser);
/// Sets them again, on the parameters' device. Throws as get_module does.
void get_adam(const TensorFile& file, const std::string& prefix, const torch::nn::Module& module,
              torch::optim::Adam& optimiser);

}  // namespace pbt::trainers
