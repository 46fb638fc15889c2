#pragma once

#include <chrono>
#include <mutex>
#include <vector>

#include "pbt/worker.h"

namespace pbt {

/// Keeps a worker's current leases. Has no thread of its own: whoever has time calls tick(). Thread-safe.
class Worker::LeaseKeeper {
 public:
  LeaseKeeper(Store& store, Clock& clock, std::chrono::milliseconds duration)
      : store_(store), clock_(clock), duration_(duration) {}

  /// `taken`: clock.monotonic() from before the leases were asked for; they run out a lease's duration after that.
  void hold(std::vector<Lease> leases, std::chrono::nanoseconds taken);
  void let_go() { hold({}, {}); }

  /// Renews when a third of the duration has passed. Throws StoreError; the leases then simply run on towards their
  /// end.
  void tick();

  /// Whether no lease may be relied on any more: all are lost, or the deadline has passed without a renewal.
  [[nodiscard]] bool lost() const;

 private:
  Store& store_;
  Clock& clock_;
  const std::chrono::milliseconds duration_;
  mutable std::mutex mutex_;
  std::vector<Lease> leases_;
  std::int64_t holding_ = 0;  ///< counts what was held, so that an answer that comes too late changes nothing
  bool all_lost_ = false;
  std::chrono::nanoseconds renewed_{};  ///< by the monotonic clock, from before the request
};

}  // namespace pbt
