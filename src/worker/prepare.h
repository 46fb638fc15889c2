#pragma once

#include <vector>

#include "pbt/worker.h"
#include "worker/attempt.h"

namespace pbt {

/// Gives unborn members their first hyperparameters and commits them before anything is trained, so that the next draw
/// sees them. A lease that was lost meanwhile is taken out of the list.
void start_unborn(const Tools& tools, std::vector<Lease>& leases);

/// The assignments of the leased members: weights, hyperparameters, seed, steps, folders. A member whose checkpoint is
/// lost is rewound to an earlier turn and gets none now.
[[nodiscard]] std::vector<Attempt> prepare(const Tools& tools, const std::vector<Lease>& leases);

/// Trains them in one batch and checks what was reported.
void train(const Tools& tools, std::vector<Attempt>& attempts, TurnControl& control);

/// Steps that the member's next turn is asked for: to the next multiple of the interval in its own steps (so an
/// overshoot, or a turn that was cut short, is made good), at most to its budget.
[[nodiscard]] std::int64_t steps_of_next_turn(const Experiment& experiment, const Member& member);

/// 0 <= seed < 2^31, a function of (experiment seed, member, turn, recorded failures): a takeover repeats it, a retry
/// does not.
[[nodiscard]] std::int64_t turn_seed(const Experiment& experiment, const Member& member);

}  // namespace pbt
