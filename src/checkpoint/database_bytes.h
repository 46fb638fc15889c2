#pragma once

#include <string>

#include "checkpoint/remote_storage.h"
#include "pbt/clock.h"

namespace pbt {

/// Checkpoints in the PostgreSQL database that keeps the record, in chunks of 1 MB, for a laboratory without a shared
/// file system: for checkpoints up to some 100 MB, which all go through the one server. Each operation is one
/// transaction over a connection of its own, tried again for a while where that breaks. `clock` must outlive it.
[[nodiscard]] RemoteBytes database_bytes(const std::string& url, const std::string& experiment, Clock& clock);

}  // namespace pbt
