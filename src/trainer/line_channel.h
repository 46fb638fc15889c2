#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "trainer/descriptor.h"

namespace pbt {

/// A stream socket that carries lines. Sending and receiving may happen on two threads, each on one.
class LineChannel {
 public:
  static constexpr std::size_t line_bytes_max = std::size_t{16} << 20U;

  explicit LineChannel(Descriptor socket) : socket_(std::move(socket)) {}

  [[nodiscard]] int fd() const { return socket_.get(); }
  /// Sends `line`, which ends in a newline, whole. False when the other side is gone or has not taken it within
  /// `limit`.
  [[nodiscard]] bool send(std::string_view line, std::chrono::milliseconds limit);
  /// Sends nothing more: the other side reads the end of the stream after what was sent.
  void finish_sending();
  /// Reads what has arrived, without waiting. False when the other side has closed.
  [[nodiscard]] bool fill();
  /// The next complete line, without its newline. A line that grows past line_bytes_max throws pbt::Error.
  [[nodiscard]] std::optional<std::string> next();

 private:
  Descriptor socket_;
  std::string buffer_;
  std::size_t start_ = 0;    // of the first line not yet taken
  std::size_t scanned_ = 0;  // no newline in [start_, scanned_)
};

}  // namespace pbt
