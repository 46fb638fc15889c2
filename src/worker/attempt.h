#pragma once

#include <cstdint>
#include <variant>

#include "pbt/store.h"
#include "pbt/trainer.h"

namespace pbt {

/// One leased member's turn, from its assignment to what came of it.
struct Attempt {
  Lease lease;
  Assignment assignment;
  Outcome outcome = TrainerFailure{};
  Checkpoint checkpoint;  ///< published, when the outcome is a report
  std::int64_t started_ms = 0;
  std::int64_t ended_ms = 0;

  [[nodiscard]] const Report* report() const { return std::get_if<Report>(&outcome); }
  [[nodiscard]] const TrainerFailure* failure() const { return std::get_if<TrainerFailure>(&outcome); }
  /// Given back rather than recorded: nothing was trained, and nobody is to blame.
  [[nodiscard]] bool abandoned() const {
    if (const Report* done = report()) return done->partial && done->step <= assignment.from_step;
    return failure()->kind == FailureKind::abandoned;
  }
};

/// Whether, by this snapshot, the lease is still the member's. One who was stopped past its end meets a snapshot in
/// which others went on.
[[nodiscard]] inline bool stands(const Lease& lease, const Population& population) {
  const Member& member = population.members.at(static_cast<std::size_t>(lease.member.id));
  return member.fence == lease.fence() && member.turns == lease.member.turns;
}

}  // namespace pbt
