#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>

#include "trainer/descriptor.h"

namespace pbt {

/// logs/member-3.log, logs/worker-host-4711-0.log
[[nodiscard]] std::filesystem::path member_log(const std::filesystem::path& logs, int member);
[[nodiscard]] std::filesystem::path worker_log(const std::filesystem::path& logs, const std::string& worker);

/// Opens a log for appending, created with its folder. Throws pbt::Error.
[[nodiscard]] Descriptor open_log(const std::filesystem::path& path);

/// Appends bytes to an open log. A log that cannot be written (a full disk) loses text, never a turn.
void append(int log, const char* bytes, std::size_t count);

/// Appends a line of pbt's own: "[pbt] TEXT".
void note(const std::filesystem::path& path, const std::string& text);

/// The last lines (at most 40 and 8 KiB) of what stands in `path` from byte `from` on, as printable text. Empty when
/// there is none.
[[nodiscard]] std::string log_tail(const std::filesystem::path& path, std::uint64_t from);

/// Size of the file, 0 when absent: where what comes next will begin.
[[nodiscard]] std::uint64_t log_end(const std::filesystem::path& path);

/// Appends what comes out of a pipe to the log of the moment, on a thread of its own, so that a trainer never waits for
/// us. Thread-safe.
class LogPump {
 public:
  /// `first`: the log to begin with. Throws pbt::Error.
  explicit LogPump(std::filesystem::path first);
  LogPump(const LogPump&) = delete;
  LogPump& operator=(const LogPump&) = delete;
  ~LogPump();  ///< takes what is still in the pipe

  /// Where the trainer writes.
  [[nodiscard]] int input() const { return write_end_.get(); }
  /// This process's own copy of the writing end is closed, once the trainer has its own.
  void close_input() { write_end_.close(); }
  /// What has been written until now goes to the old log, the rest to `path`.
  void switch_to(const std::filesystem::path& path);
  /// The last lines since the last switch.
  [[nodiscard]] std::string tail();

 private:
  void drain();  // mutex_ is held
  void run();

  Descriptor read_end_;
  Descriptor write_end_;
  Descriptor stop_;  // an eventfd
  std::mutex mutex_;
  std::filesystem::path path_;  // guarded by mutex_, as are the next two
  Descriptor log_;
  std::uint64_t from_ = 0;
  std::thread thread_;
};

}  // namespace pbt
