#pragma once

#include <cstdint>
#include <tuple>
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

/// Whether, by this snapshot, the member is where the lease found it. One who was stopped past its end meets a snapshot
/// in which others went on.
[[nodiscard]] inline bool stands(const Lease& lease, const Population& population) {
  const auto place = [](const Member& member) {
    return std::tuple(member.turns, member.next ? member.next->turn : -1, member.next ? member.next->revision : -1);
  };
  return place(population.members.at(static_cast<std::size_t>(lease.member.id))) == place(lease.member);
}

}  // namespace pbt
