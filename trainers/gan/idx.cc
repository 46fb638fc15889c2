#include "gan/idx.h"

#include <torch/types.h>

#include <stdexcept>
#include <vector>

#include "gan/bytes.h"

namespace pbt::gan {
namespace {

constexpr std::int64_t published_size = 28;
constexpr std::size_t sizes_at = 4;  // after the magic number

/// The file itself, or its compressed form.
std::filesystem::path file_in(const std::filesystem::path& folder, const std::string& name) {
  for (const auto& file : {folder / name, folder / (name + ".gz")})
    if (std::filesystem::exists(file)) return file;
  throw std::runtime_error("there is neither " + name + " nor " + name + ".gz in " + folder.string() +
                           ": --data is the folder of Fashion-MNIST's four files");
}

/// A 32-bit number, its highest byte first; the caller has checked that it is there.
std::int64_t number_at(const std::string& bytes, std::size_t at) {
  std::int64_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number = number * 256 + static_cast<unsigned char>(bytes[at + i]);
  return number;
}

/// An idx file of unsigned bytes in `dimensions` dimensions.
torch::Tensor read_idx(const std::filesystem::path& file, std::size_t dimensions) {
  const std::string bytes = read_bytes(file);
  const std::size_t header = sizes_at + 4 * dimensions;
  const std::int64_t magic = 0x0800 + static_cast<std::int64_t>(dimensions);
  if (bytes.size() < header || number_at(bytes, 0) != magic)
    throw std::runtime_error(file.string() + " begins with " +
                             (bytes.size() < header ? std::to_string(bytes.size()) + " bytes in all"
                                                    : "the magic number " + std::to_string(number_at(bytes, 0))) +
                             ", expected the magic number " + std::to_string(magic) + " of an idx file of bytes in " +
                             std::to_string(dimensions) + " dimension" + (dimensions == 1 ? "" : "s"));
  std::vector<std::int64_t> sizes;
  std::int64_t count = 1;
  const auto rest = static_cast<std::int64_t>(bytes.size() - header);
  for (std::size_t i = 0; i < dimensions; ++i) {
    sizes.push_back(number_at(bytes, sizes_at + 4 * i));
    // Beyond the file's size nothing has to be exact, and the product of three 32-bit numbers would not fit.
    count = count > rest ? count : count * sizes.back();
  }
  if (count != rest || count == 0)
    throw std::runtime_error(file.string() + " has " + std::to_string(rest) +
                             " bytes after its header, which speaks of " +
                             (count > rest ? "more" : std::to_string(count)) + ": it is cut short or damaged");
  return torch::from_blob(const_cast<char*>(bytes.data() + header), sizes, torch::kByte).clone();
}

}  // namespace

Images read_fashion_mnist(const std::filesystem::path& folder, Part part) {
  const std::string prefix = part == Part::training ? "train" : "t10k";
  const auto images_file = file_in(folder, prefix + "-images-idx3-ubyte");
  const auto labels_file = file_in(folder, prefix + "-labels-idx1-ubyte");
  const torch::Tensor pixels = read_idx(images_file, 3);
  const torch::Tensor labels = read_idx(labels_file, 1);
  if (pixels.size(1) != published_size || pixels.size(2) != published_size)
    throw std::runtime_error(images_file.string() + " holds images of " + std::to_string(pixels.size(1)) + " x " +
                             std::to_string(pixels.size(2)) + " pixels, expected 28 x 28");
  if (pixels.size(0) != labels.size(0))
    throw std::runtime_error(images_file.string() + " holds " + std::to_string(pixels.size(0)) + " images, and " +
                             labels_file.string() + " " + std::to_string(labels.size(0)) +
                             " labels: they do not belong together");
  constexpr std::int64_t frame = (image_size - published_size) / 2;
  return {torch::constant_pad_nd(pixels.unsqueeze(1), {frame, frame, frame, frame}, 0).contiguous(),
          labels.to(torch::kLong)};
}

}  // namespace pbt::gan
