#include "serve/png.h"

#include <array>
#include <cstdint>

namespace pbt::serve {
namespace {

constexpr std::string_view kSignature("\x89PNG\r\n\x1a\n", 8);
constexpr std::uint32_t kSideMax = 16'384;

std::uint32_t number(std::string_view bytes) {
  std::uint32_t value = 0;
  for (const char byte : bytes.substr(0, 4)) value = value << 8U | static_cast<unsigned char>(byte);
  return value;
}

/// CRC-32 as PNG has it (section 5.5).
std::uint32_t checksum(std::string_view bytes) {
  std::uint32_t sum = 0xFFFFFFFFU;
  for (const char byte : bytes) {
    sum ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) sum = (sum & 1U) != 0 ? sum >> 1U ^ 0xEDB88320U : sum >> 1U;
  }
  return ~sum;
}

bool is_kept(std::string_view type) {
  constexpr std::array<std::string_view, 5> kept{"IHDR", "PLTE", "tRNS", "IDAT", "IEND"};
  for (const std::string_view each : kept) {
    if (type == each) return true;
  }
  return false;
}

}  // namespace

std::optional<std::string> pixels_alone(std::string_view png) {
  if (!png.starts_with(kSignature)) return std::nullopt;
  std::string result(kSignature);
  png.remove_prefix(kSignature.size());
  for (bool first = true;; first = false) {
    if (png.size() < 12 || number(png) > png.size() - 12) return std::nullopt;
    const std::string_view chunk = png.substr(0, number(png) + 12);
    const std::string_view type = chunk.substr(4, 4);
    if (checksum(chunk.substr(4, chunk.size() - 8)) != number(chunk.substr(chunk.size() - 4))) return std::nullopt;
    if (first) {
      if (type != "IHDR" || chunk.size() != 25) return std::nullopt;
      const std::uint32_t width = number(chunk.substr(8));
      const std::uint32_t height = number(chunk.substr(12));
      if (width < 1 || width > kSideMax || height < 1 || height > kSideMax) return std::nullopt;
    }
    if (is_kept(type)) result += chunk;
    if (type == "IEND") return result;
    png.remove_prefix(chunk.size());
  }
}

}  // namespace pbt::serve
