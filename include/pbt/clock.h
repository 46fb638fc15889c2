#pragma once

#include <chrono>
#include <cstdint>

namespace pbt {

/// Time, by constructor. Thread-safe. A simulation's clock is virtual: `wait` lets other workers run.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Milliseconds since 1970, by this machine's clock. For the record and for leases.
  [[nodiscard]] virtual std::int64_t now_ms() const = 0;
  /// Never goes back; for deadlines within this process.
  [[nodiscard]] virtual std::chrono::nanoseconds monotonic() const = 0;
  /// Waits about that long; may return early, never much later.
  virtual void wait(std::chrono::milliseconds duration) = 0;
};

/// The machine's own clocks.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] std::int64_t now_ms() const override;
  [[nodiscard]] std::chrono::nanoseconds monotonic() const override;
  void wait(std::chrono::milliseconds duration) override;
};

}  // namespace pbt
