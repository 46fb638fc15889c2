#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pbt/algorithm.h"

namespace pbt {

/// Hyperparameters from a step on, until the next such step.
struct ScheduledValues {
  std::int64_t from_step = 0;
  Hyperparameters hyperparameters;
};

/// A schedule as the text that [algorithm] schedule takes: a JSON array, [{"from_step": 0, "hyperparameters": {...}},
/// ...].
[[nodiscard]] std::string schedule_setting(const std::vector<ScheduledValues>& schedule);

/// The inverse. Throws UsageError unless it begins at step 0 and its steps grow.
[[nodiscard]] std::vector<ScheduledValues> read_schedule_setting(const std::string& text);

/// [algorithm] type "replay", schedule = "...": every member trains along this schedule. `turn`, where given, says
/// whose it is.
[[nodiscard]] std::unique_ptr<Algorithm> make_replay(const Experiment& experiment, const Strategies& strategies);

}  // namespace pbt
