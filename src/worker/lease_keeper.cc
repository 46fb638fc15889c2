#include "worker/lease_keeper.h"

#include <algorithm>

namespace pbt {

void Worker::LeaseKeeper::hold(std::vector<Lease> leases, std::chrono::nanoseconds taken) {
  const std::lock_guard lock(mutex_);
  leases_ = std::move(leases);
  ++holding_;
  all_lost_ = false;
  renewed_ = taken;
}

void Worker::LeaseKeeper::tick() {
  std::vector<Lease> leases;
  std::int64_t holding = 0;
  const std::chrono::nanoseconds now = clock_.monotonic();
  {
    const std::lock_guard lock(mutex_);
    if (leases_.empty() || all_lost_ || now - renewed_ < duration_ / 3) return;
    leases = leases_;
    holding = holding_;
  }
  // Not under the mutex: a store may take long to answer, and the trainer asks meanwhile whether its lease still
  // stands.
  const std::vector<bool> kept = store_.renew(leases, duration_);
  const std::lock_guard lock(mutex_);
  if (holding != holding_) return;
  renewed_ = now;
  all_lost_ = std::none_of(kept.begin(), kept.end(), [](bool still) { return still; });
}

bool Worker::LeaseKeeper::lost() const {
  const std::lock_guard lock(mutex_);
  // A store counts whole milliseconds: what it gave out late in one ends early in another.
  const std::chrono::nanoseconds safe = duration_ - std::chrono::milliseconds(1);
  return !leases_.empty() && (all_lost_ || clock_.monotonic() - renewed_ > safe);
}

}  // namespace pbt
