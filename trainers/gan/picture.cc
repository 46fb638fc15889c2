#include "gan/picture.h"

#include <png.h>
#include <torch/types.h>

#include <cassert>
#include <stdexcept>

namespace pbt::gan {

at::Tensor grid_of(const at::Tensor& images, std::int64_t columns) {
  constexpr std::int64_t gap = 2;
  assert(images.dim() == 4 && images.size(0) % columns == 0);
  const std::int64_t channels = images.size(1);
  const std::int64_t height = images.size(2) + gap;
  const std::int64_t width = images.size(3) + gap;
  const std::int64_t rows = images.size(0) / columns;
  const auto bytes = at::nan_to_num(images.detach().to(torch::kCPU, torch::kFloat), /*nan=*/-1.0)
                         .clamp(-1, 1)
                         .add(1)
                         .mul(127.5)
                         .round()
                         .to(torch::kByte);
  const auto framed = torch::constant_pad_nd(bytes, {0, gap, 0, gap}, 0).view({rows, columns, channels, height, width});
  const auto whole = framed.permute({2, 0, 3, 1, 4}).reshape({channels, rows * height, columns * width});
  return whole.slice(1, 0, rows * height - gap).slice(2, 0, columns * width - gap).contiguous();
}

std::string png_of(const at::Tensor& pixels) {
  assert(pixels.dim() == 3 && (pixels.size(0) == 1 || pixels.size(0) == 3));
  const auto interleaved = pixels.permute({1, 2, 0}).contiguous();
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(pixels.size(2));
  image.height = static_cast<png_uint_32>(pixels.size(1));
  image.format = pixels.size(0) == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
  const auto write = [&](void* memory, png_alloc_size_t& size) {
    if (png_image_write_to_memory(&image, memory, &size, /*convert_to_8bit=*/0, interleaved.data_ptr(),
                                  /*row_stride=*/0, /*colormap=*/nullptr) == 0)
      throw std::runtime_error(std::string("libpng cannot write the picture: ") + image.message);
  };
  png_alloc_size_t size = 0;
  write(nullptr, size);
  std::string bytes(size, '\0');
  write(bytes.data(), size);
  bytes.resize(size);
  return bytes;
}

}  // namespace pbt::gan
