#pragma once

#include "pbt/assignment.h"

/// The C++ client: makes a program a session trainer (docs/protocol.md). C++17 is enough to include it.
namespace pbt {

struct ClientOptions {
  int resident_max = 1;  ///< how many turns' weights the function keeps in memory between calls
  /// Told which resident weights (by turn id) to forget. May be empty when resident_max is 1: the next turn replaces
  /// them.
  std::function<void(const std::vector<std::string>& ids)> drop;
};

/// True when this process was started by a worker (PBT_SOCKET is set).
[[nodiscard]] bool started_by_worker();

/// Connects to the worker, then trains each turn that it asks for, one at a time, until it says goodbye.
/// Returns the status for main() to return: 0 after a goodbye, 1 when the connection or the protocol broke (said on
/// stderr). Call it from the main thread; `train` runs on that thread, cancel messages arrive on one of the client's
/// own.
[[nodiscard]] int serve(const TrainFunction& train, const ClientOptions& options = {});

/// Trains one long turn without an engine, as `serve` would: for a trainer run by hand, and for its tests.
/// `assignment.save` may be absent: then nothing is saved.
Report train_alone(const TrainFunction& train, const Assignment& assignment);

}  // namespace pbt
