#pragma once

#include "cli/locate.h"
#include "pbt/algorithm.h"

namespace pbt {

struct WorkOptions {
  int workers = 1;
  bool exit_when_idle = false;
  bool json = false;
};

/// Works on an experiment that is in its store, with so many workers in this process, until it ends or somebody
/// interrupts: shows how it goes, resumes what was left, gives back the leases of dead workers of this machine. Returns
/// the exit status.
[[nodiscard]] int work(const Location& location, const Experiment& experiment, const Algorithm& algorithm,
                       const WorkOptions& options);

}  // namespace pbt
