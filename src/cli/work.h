#pragma once

#include "cli/locate.h"
#include "pbt/algorithm.h"

namespace pbt {

/// An experiment that is in its store.
struct RecordedExperiment {
  Location location;
  Experiment experiment;
};

/// What `pbt run` trains: created in its store where it is new, and brought up to what its file may change.
[[nodiscard]] RecordedExperiment recorded(const RunCommandOptions& options, const Strategies& strategies);

struct WorkOptions {
  int workers = 1;
  bool exit_when_idle = false;
  bool json = false;
};

/// The exit status after an interrupt, as shells have it: 128 + SIGINT.
inline constexpr int interrupted_status = 130;

/// Works on an experiment that is in its store, with so many workers in this process, until it ends or somebody
/// interrupts: shows how it goes, resumes what was left, gives back the leases of dead workers of this machine. Returns
/// the exit status.
[[nodiscard]] int work(const Location& location, const Experiment& experiment, const Algorithm& algorithm,
                       const WorkOptions& options);

}  // namespace pbt
