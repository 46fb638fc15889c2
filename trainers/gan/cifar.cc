#include "gan/cifar.h"

#include <torch/types.h>

#include <stdexcept>
#include <vector>

#include "gan/bytes.h"

namespace pbt::gan {
namespace {

constexpr std::int64_t record_size = 1 + 3 * image_size * image_size;

/// Five batches as published, or one file.
std::vector<std::filesystem::path> files_of(const std::filesystem::path& folder, Part part) {
  if (part == Part::test) {
    const bool published = std::filesystem::exists(folder / "test_batch.bin");
    return {folder / (published ? "test_batch.bin" : "test.bin")};
  }
  std::vector<std::filesystem::path> batches;
  bool published = false;
  for (int batch = 1; batch <= 5; ++batch) {
    batches.push_back(folder / ("data_batch_" + std::to_string(batch) + ".bin"));
    published = published || std::filesystem::exists(batches.back());
  }
  if (!published) batches = {folder / "train.bin"};
  return batches;
}

torch::Tensor read_records(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file))
    throw std::runtime_error("there is no " + file.string() +
                             ": --data is the folder of CIFAR-10's binary version, with data_batch_1.bin to "
                             "data_batch_5.bin and test_batch.bin (or train.bin and test.bin)");
  const std::string bytes = read_bytes(file);
  const auto size = static_cast<std::int64_t>(bytes.size());
  if (size == 0 || size % record_size != 0)
    throw std::runtime_error(file.string() + " has " + std::to_string(size) + " bytes, expected a multiple of " +
                             std::to_string(record_size) +
                             " (a label and 32 x 32 x 3 pixels): it is cut short, or no file of CIFAR-10's binary "
                             "version");
  // from_blob only reads; clone() owns what it copies.
  return torch::from_blob(const_cast<char*>(bytes.data()), {size / record_size, record_size}, torch::kByte).clone();
}

}  // namespace

Images read_cifar(const std::filesystem::path& folder, Part part) {
  std::vector<torch::Tensor> parts;
  for (const auto& file : files_of(folder, part)) parts.push_back(read_records(file));
  const torch::Tensor records = torch::cat(parts);
  return {records.slice(1, 1).reshape({-1, 3, image_size, image_size}).contiguous(),
          records.select(1, 0).to(torch::kLong)};
}

}  // namespace pbt::gan
