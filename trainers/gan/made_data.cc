#include "gan/made_data.h"

#include <fstream>
#include <sstream>

#include "gan/classifier_training.h"

namespace pbt::gan {
namespace {

std::string stripes(int label, int size) {
  std::string pixels;
  for (int row = 0; row < size; ++row)
    for (int column = 0; column < size; ++column)
      pixels += static_cast<char>(column / (1 + label) % 2 == 0 ? 25 * label : 255 - 10 * label);
  return pixels;
}

}  // namespace

void write_file(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

std::string read_file(const std::filesystem::path& file) {
  std::ostringstream bytes;
  bytes << std::ifstream(file, std::ios::binary).rdbuf();
  return bytes.str();
}

void write_idx(const std::filesystem::path& file, const std::vector<std::uint32_t>& sizes, const std::string& bytes) {
  std::string header = {0, 0, 8, static_cast<char>(sizes.size())};
  for (const std::uint32_t size : sizes)
    for (const int shift : {24, 16, 8, 0}) header += static_cast<char>(size >> shift & 0xFF);
  write_file(file, header + bytes);
}

void make_fashion_mnist(const std::filesystem::path& folder, int count) {
  std::string pixels;
  std::string labels;
  for (int i = 0; i < count; ++i) {
    pixels += stripes(i % 10, 28);
    labels += static_cast<char>(i % 10);
  }
  const auto size = static_cast<std::uint32_t>(count);
  for (const std::string part : {"train", "t10k"}) {
    write_idx(folder / (part + "-images-idx3-ubyte"), {size, 28, 28}, pixels);
    write_idx(folder / (part + "-labels-idx1-ubyte"), {size}, labels);
  }
}

std::string cifar_records(int count, int first) {
  std::string bytes;
  for (int i = 0; i < count; ++i) {
    const int label = (first + i) % 10;
    bytes += static_cast<char>(label);
    for (int plane = 0; plane < 3; ++plane) bytes += stripes((label + plane) % 10, 32);
  }
  return bytes;
}

void make_classifier(const std::filesystem::path& folder) {
  const Images images = read_images(DataSet::fashion_mnist, folder, Part::training);
  ClassifierOptions options;
  options.width = 2;
  options.epochs = 3;
  options.batch = 20;
  save(train_classifier(options, DataSet::fashion_mnist, images, images, c10::kCPU, [](const Epoch&) {}),
       Folder(folder));
}

}  // namespace pbt::gan
