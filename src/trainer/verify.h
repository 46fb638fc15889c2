#pragma once

#include <optional>
#include <string>

#include "pbt/assignment.h"
#include "pbt/turn.h"

namespace pbt {

/// What is wrong with a report, whatever the kind of trainer: too few steps (unless partial), no value of the
/// objective's `metric`, other hyperparameters in effect than were asked for. A metric that is not finite is right: the
/// turn has diverged.
[[nodiscard]] std::optional<TrainerFailure> verify(const Assignment& turn, const Report& report,
                                                   const std::string& metric);

/// The first of these alone.
[[nodiscard]] std::optional<TrainerFailure> verify_steps(const Assignment& turn, const Report& report);

}  // namespace pbt
