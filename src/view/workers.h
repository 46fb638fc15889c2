#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pbt/population.h"

namespace pbt {

/// One worker, as far as leases and the latest turns tell of it: the store keeps no list of workers, so that one that
/// has left is one that has been idle for long.
struct WorkerRow {
  std::string worker;
  std::vector<int> members;         ///< in training now, under its leases
  std::int64_t lease_until_ms = 0;  ///< the lease of those that runs out first; 0: it trains nothing
  int turns = 0;                    ///< of those at hand
  double steps_per_second = 0;      ///< while it trained; 0: unknown
  std::int64_t trained_ms = 0;      ///< in those turns
  std::int64_t last_ended_ms = 0;   ///< when the last of them ended; 0: none
  std::int64_t since_ms = 0;        ///< when the first turn at hand of all workers began
};

/// By name, from the leases of the members and the turns in `population.history`.
[[nodiscard]] std::vector<WorkerRow> workers(const Population& population);

/// The share of the time since `since_ms` that it trained, 0 to 1. A turn under way counts from the end of the one
/// before.
[[nodiscard]] double busy_share(const WorkerRow& row, std::int64_t now_ms);

}  // namespace pbt
