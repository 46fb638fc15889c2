#pragma once

#include <string>
#include <vector>

#include "cli/machine_checks.h"
#include "pbt/clock.h"

namespace pbt {

/// Whether experiments whose record is in the PostgreSQL database `url` will go well with it from this machine:
/// "server", "store", "rights", "clock", "latency", "connections", "flushing". Writes nothing. Throws StoreError when
/// it cannot be reached.
[[nodiscard]] std::vector<MachineCheck> check_database(const std::string& url, const Clock& clock);

}  // namespace pbt
