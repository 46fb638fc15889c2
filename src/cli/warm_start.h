#pragma once

#include "cli/locate.h"
#include "pbt/experiment.h"

namespace pbt {

/// Lets the first members of `experiment`, which is new, begin with the weights and hyperparameters at which the `best`
/// best members of `from` stand, the best first. Their files are copied into `folder`: what `from` collects later is no
/// matter. Hyperparameters that the new space does not have are left out, those that `from` did not have are drawn.
/// Throws UsageError where `from` has no turn that could be copied, or a value lies outside the new space.
void warm_start(Experiment& experiment, const OpenRun& from, int best, const std::filesystem::path& folder);

}  // namespace pbt
