#pragma once

#include <atomic>

#include "pbt/clock.h"

namespace pbt {

/// Time that moves only when somebody waits, or says so. Thread-safe.
class FakeClock final : public Clock {
 public:
  [[nodiscard]] std::int64_t now_ms() const override { return now_ms_; }
  [[nodiscard]] std::chrono::nanoseconds monotonic() const override { return std::chrono::milliseconds(now_ms_); }
  void wait(std::chrono::milliseconds duration) override { now_ms_ += duration.count(); }
  void advance(std::chrono::milliseconds duration) { now_ms_ += duration.count(); }

 private:
  std::atomic<std::int64_t> now_ms_ = 1'000'000;
};

}  // namespace pbt
