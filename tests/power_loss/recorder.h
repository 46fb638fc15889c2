#pragma once

#include <filesystem>

#include "tests/power_loss/trace.h"

namespace pbt::power_loss {

/// Notes every operation of this process that changes a file or folder below `root`, and every flush, while it lives:
/// SQLite's too, for the program's own open, write, fsync and so on stand before those of the C library
/// (recorded_calls.cc). One at a time, one thread at a time.
class Recorder {
 public:
  explicit Recorder(const std::filesystem::path& root);
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;
  ~Recorder();

  /// What was noted so far. Throws std::logic_error when the operations do not amount to what is there now: one was
  /// missed.
  [[nodiscard]] Trace finish();

  /// The work says what it was promised.
  static void promise(std::int64_t entries);
};

}  // namespace pbt::power_loss
