#include "worker/lease_keeper.h"

#include <algorithm>

namespace pbt {

void Worker::LeaseKeeper::hold(std::vector<Lease> leases, std::chrono::nanoseconds taken) {
  const std::lock_guard lock(mutex_);
  leases_ = std::move(leases);
  all_lost_ = false;
  renewed_ = taken;
}

void Worker::LeaseKeeper::tick() {
  const std::lock_guard lock(mutex_);
  const std::chrono::nanoseconds now = clock_.monotonic();
  if (leases_.empty() || all_lost_ || now - renewed_ < duration_ / 3) return;
  const std::vector<bool> kept = store_.renew(leases_, duration_);
  renewed_ = now;
  all_lost_ = std::none_of(kept.begin(), kept.end(), [](bool still) { return still; });
}

bool Worker::LeaseKeeper::lost() const {
  const std::lock_guard lock(mutex_);
  return !leases_.empty() && (all_lost_ || clock_.monotonic() - renewed_ >= duration_);
}

}  // namespace pbt
