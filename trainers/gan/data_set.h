#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <string>

namespace pbt::gan {

/// CIFAR-10 (Krizhevsky, 2009): 32 x 32 colour images. Fashion-MNIST (Xiao et al., 2017): 28 x 28 grey ones, which
/// stand in a black frame here to be 32 x 32 too. Ten classes each.
enum class DataSet { cifar10, fashion_mnist };

constexpr std::int64_t image_size = 32;  ///< pixels, in either direction
constexpr std::int64_t class_count = 10;

/// "cifar10" and "fashion-mnist".
[[nodiscard]] std::string name_of(DataSet data_set);
/// Throws std::invalid_argument for any other name.
[[nodiscard]] DataSet data_set_from(const std::string& name);
[[nodiscard]] std::int64_t channels_of(DataSet data_set);

/// Images with their classes, on the CPU.
struct Images {
  at::Tensor pixels;  ///< uint8 [n, channels, 32, 32]
  at::Tensor labels;  ///< int64 [n], each 0 to 9
  [[nodiscard]] std::int64_t size() const { return labels.size(0); }
};

enum class Part { training, test };

/// Reads the files as they are published, or unpacked: data_batch_1.bin to data_batch_5.bin and test_batch.bin of
/// CIFAR-10's binary version (or one train.bin and test.bin of the same records); the idx files of Fashion-MNIST,
/// compressed by gzip or not. Any number of images is taken. Throws std::runtime_error that names the file and what is
/// wrong with it: absent, cut short, another format, images and labels that differ in number, a label that is no class.
[[nodiscard]] Images read_images(DataSet data_set, const std::filesystem::path& folder, Part part);

/// As networks take them: float, -1 for 0 to 1 for 255, on the same device.
[[nodiscard]] at::Tensor scaled(const at::Tensor& pixels);

}  // namespace pbt::gan
