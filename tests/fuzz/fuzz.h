#pragma once

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "pbt/error.h"

/// One input. A property that it breaks ends the program, as an exception that nobody expects does.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace pbt::fuzz {

/// Says what is broken where libFuzzer, which may have closed standard error for the engine, still shows it.
[[noreturn]] inline void broken(std::string_view property, std::string_view detail) {
  const std::string text =
      std::string("broken property: ").append(property).append("\n  ").append(detail.substr(0, 2000)).append("\n");
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
  std::abort();
}

inline void require(bool holds, std::string_view property, std::string_view detail = {}) {
  if (!holds) broken(property, detail);
}

/// What the function answers; nothing when it throws an `Expected` whose message is fit for people: not empty, and no
/// longer than `message_bytes_max`. Any other exception ends the program.
template <class Expected, class Function>
auto expect_only(std::size_t message_bytes_max, Function function) -> std::optional<decltype(function())> {
  try {
    return function();
  } catch (const Expected& error) {
    const std::string_view message = error.what();
    require(!message.empty(), "an error says something");
    require(message.size() <= message_bytes_max, "an error's message is bounded", message);
    return std::nullopt;
  }
}

/// Where folders cost least: in memory, where the machine has such a place.
inline std::filesystem::path fast_base() {
  return std::filesystem::is_directory("/dev/shm") ? "/dev/shm" : std::filesystem::temp_directory_path();
}

/// Bits, so that NaN equals itself and 0.0 is not -0.0.
inline std::uint64_t bits(double number) {
  std::uint64_t result = 0;
  std::memcpy(&result, &number, sizeof result);
  return result;
}

inline std::string_view text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Takes an input apart into values. When it is used up, what comes is zero and empty.
class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : rest_(text(data, size)) {}

  [[nodiscard]] bool empty() const { return rest_.empty(); }
  [[nodiscard]] std::uint8_t byte() { return take<std::uint8_t>(); }
  [[nodiscard]] bool flag() { return (byte() & 1U) != 0; }
  /// From 0 to count - 1.
  [[nodiscard]] std::size_t below(std::size_t count) { return byte() % count; }
  /// Mostly small ones; any of 64 bits otherwise.
  [[nodiscard]] std::int64_t integer() {
    const std::uint8_t kind = byte();
    return kind < 200 ? kind - 8 : take<std::int64_t>();
  }
  /// Small decimal ones, those that often break something, any of 64 bits.
  [[nodiscard]] double real() {
    const std::uint8_t kind = byte();
    if (kind < 160) return static_cast<double>(take<std::int16_t>()) / (kind < 80 ? 1 : 1000);
    constexpr double special[] = {0.0,    -0.0,         1e308,   -1e308, 5e-324, 2.2250738585072014e-308,
                                  0x1p53, 0x1p63,       -0x1p63, 1e-300, 1.0,    0.1 + 0.2,
                                  1e15,   1.0 - 0x1p-53};
    if (kind < 200) return special[kind % std::size(special)];
    return take<double>();
  }
  /// Up to the next 0xFF byte, which no UTF-8 text holds, and `most` bytes.
  [[nodiscard]] std::string_view text_until_mark(std::size_t most = 1000) {
    const std::size_t mark = std::min(rest_.find('\xFF'), rest_.size());
    const std::string_view result = rest_.substr(0, std::min(mark, most));
    rest_.remove_prefix(std::min(mark + 1, rest_.size()));
    return result;
  }
  [[nodiscard]] std::string_view rest() { return std::exchange(rest_, {}); }

 private:
  template <class T>
  T take() {
    T value{};
    std::memcpy(&value, rest_.data(), std::min(sizeof value, rest_.size()));
    rest_.remove_prefix(std::min(sizeof value, rest_.size()));
    return value;
  }

  std::string_view rest_;
};

}  // namespace pbt::fuzz
