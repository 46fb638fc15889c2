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

}  // namespace pbt
