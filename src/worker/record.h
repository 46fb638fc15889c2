#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pbt/worker.h"
#include "worker/attempt.h"

namespace pbt {

/// Makes the checkpoints of the trained turns durable and visible. What the trainer did wrong with them (saved nothing,
/// a link) becomes its failure; so does a full disk.
void publish(const Tools& tools, std::vector<Attempt>& attempts);

/// Decides on a snapshot what each member does next (exploit, explore), and commits turn and decision together; on a
/// conflict, again on a fresh snapshot. In a synchronous run the turns are committed alone. Failures are recorded one
/// by one.
[[nodiscard]] std::vector<Event> record(const Tools& tools, const std::vector<Attempt>& attempts);

/// Synchronous runs: when every member has finished its turn (or broken, waits or stopped), decides for all of them
/// in one commit. Nothing when the round is not complete, or another worker was faster.
[[nodiscard]] std::optional<MembersDecided> decide_round(const Tools& tools);

/// Where the algorithm lets members wait: asks it again for those that do, and commits what ends a wait. Nothing when
/// all go on waiting, or another worker was faster.
[[nodiscard]] std::optional<MembersDecided> end_waits(const Tools& tools);

/// Why the whole experiment is over on this snapshot: its target is reached, its total steps are spent, or all its
/// members stopped.
[[nodiscard]] std::optional<std::string> why_done(const Experiment& experiment, const Population& population);

/// Why the experiment cannot succeed on this snapshot: the first turns of the population all failed, or no
/// member gets anywhere any more.
[[nodiscard]] std::optional<std::string> why_hopeless(const Population& population, const FailureLimits& limits);

}  // namespace pbt
