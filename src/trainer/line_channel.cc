#include "trainer/line_channel.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "core/printable.h"
#include "pbt/error.h"

namespace pbt {

bool LineChannel::send(std::string_view line, std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!line.empty()) {
    const ssize_t sent = ::send(socket_.get(), line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
      line.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
      if (left.count() <= 0) return false;
      pollfd waits{socket_.get(), POLLOUT, 0};
      ::poll(&waits, 1, static_cast<int>(left.count()));
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

void LineChannel::finish_sending() {
  (void)::shutdown(socket_.get(), SHUT_WR);  // fails only when the other side is gone
}

bool LineChannel::fill() {
  char chunk[65536];
  // Bounded, so that a flood of lines is handled as it comes and not gathered whole.
  for (std::size_t taken = 0; taken < line_bytes_max;) {
    const ssize_t got = ::recv(socket_.get(), chunk, sizeof chunk, MSG_DONTWAIT);
    if (got > 0) {
      buffer_.append(chunk, static_cast<std::size_t>(got));
      taken += static_cast<std::size_t>(got);
    } else if (got == 0) {
      return false;
    } else if (errno != EINTR) {
      return errno == EAGAIN || errno == EWOULDBLOCK;
    }
  }
  return true;
}

std::optional<std::string> LineChannel::next() {
  const std::size_t end = buffer_.find('\n', scanned_);
  if (end != std::string::npos && end - start_ <= line_bytes_max) {
    std::string line = buffer_.substr(start_, end - start_);
    start_ = scanned_ = end + 1;
    return line;
  }
  if (buffer_.size() - start_ > line_bytes_max) {
    throw Error("a line longer than 16 MiB came over the trainer's socket; it begins: " +
                printable(std::string_view(buffer_).substr(start_, 200), 200));
  }
  buffer_.erase(0, start_);
  start_ = 0;
  scanned_ = buffer_.size();
  return std::nullopt;
}

}  // namespace pbt
