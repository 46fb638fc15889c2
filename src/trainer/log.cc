#include "trainer/log.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <system_error>

#include "core/printable.h"
#include "pbt/error.h"

namespace pbt {
namespace {

constexpr int tail_lines = 40;
constexpr std::uint64_t tail_bytes = 8192;

}  // namespace

std::filesystem::path member_log(const std::filesystem::path& logs, int member) {
  return logs / ("member-" + std::to_string(member) + ".log");
}

std::filesystem::path worker_log(const std::filesystem::path& logs, const std::string& worker) {
  std::string name = worker;
  std::replace(name.begin(), name.end(), '/', '_');
  return logs / ("worker-" + name + ".log");
}

Descriptor open_log(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  Descriptor log(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666));
  if (!log.open()) throw Error("cannot write the trainer's log " + path.string() + ": " + std::strerror(errno));
  return log;
}

void append(int log, const char* bytes, std::size_t count) {
  while (count > 0) {
    const ssize_t written = ::write(log, bytes, count);
    if (written < 0 && errno != EINTR) return;
    if (written > 0) {
      bytes += written;
      count -= static_cast<std::size_t>(written);
    }
  }
}

void note(const std::filesystem::path& path, const std::string& text) {
  const std::string line = "[pbt] " + text + '\n';
  append(open_log(path).get(), line.data(), line.size());
}

std::uint64_t log_end(const std::filesystem::path& path) {
  std::error_code absent;
  const auto size = std::filesystem::file_size(path, absent);
  return absent ? 0 : size;
}

std::string log_tail(const std::filesystem::path& path, std::uint64_t from) {
  const std::uint64_t end = log_end(path);
  if (end <= from) return {};
  const std::uint64_t begin = std::max(from, end - std::min(end, tail_bytes));
  std::string text(end - begin, '\0');
  std::ifstream file(path, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(begin));
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  while (!text.empty() && text.back() == '\n') text.pop_back();
  std::size_t start = text.size();
  for (int line = 0; line < tail_lines && start != std::string::npos && start > 0; ++line)
    start = text.rfind('\n', start - 1);
  if (start != std::string::npos && start > 0) text.erase(0, start + 1);
  return printable(text, tail_bytes);
}

LogPump::LogPump(std::filesystem::path first) : path_(std::move(first)), log_(open_log(path_)), from_(log_end(path_)) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw Error(std::string("cannot make a pipe: ") + std::strerror(errno));
  read_end_ = Descriptor(ends[0]);
  write_end_ = Descriptor(ends[1]);
  // Only our end: the trainer's must block when it is full.
  ::fcntl(read_end_.get(), F_SETFL, O_NONBLOCK);
  stop_ = Descriptor(::eventfd(0, EFD_CLOEXEC));
  if (!stop_.open()) throw Error(std::string("cannot make an eventfd: ") + std::strerror(errno));
  thread_ = std::thread([this] { run(); });
}

LogPump::~LogPump() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(stop_.get(), &one, sizeof one);
  thread_.join();
  drain();
}

void LogPump::switch_to(const std::filesystem::path& path) {
  Descriptor next = open_log(path);
  const std::lock_guard lock(mutex_);
  drain();
  path_ = path;
  log_ = std::move(next);
  from_ = log_end(path_);
}

std::string LogPump::tail() {
  const std::lock_guard lock(mutex_);
  drain();
  return log_tail(path_, from_);
}

void LogPump::drain() {
  char chunk[65536];
  // Bounded, so that a trainer that never stops writing cannot hold up a switch.
  for (int i = 0; i < 64; ++i) {
    const ssize_t got = ::read(read_end_.get(), chunk, sizeof chunk);
    if (got <= 0) return;
    append(log_.get(), chunk, static_cast<std::size_t>(got));
  }
}

void LogPump::run() {
  while (true) {
    pollfd waits[] = {{read_end_.get(), POLLIN, 0}, {stop_.get(), POLLIN, 0}};
    ::poll(waits, 2, -1);
    if (waits[1].revents != 0) return;
    const std::lock_guard lock(mutex_);
    drain();
    // Nobody writes any more, and poll would say so for ever.
    if ((waits[0].revents & POLLIN) == 0) return;
  }
}

}  // namespace pbt
