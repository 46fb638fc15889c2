#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pbt/experiment.h"
#include "pbt/store.h"
#include "view/workers.h"

namespace pbt {

/// One member as people look at it. Scores are the objective's metric, in the user's own sign.
struct MemberRow {
  int member = 0;
  MemberState state = MemberState::unborn;
  bool broken = false;
  bool best = false;            ///< it stands at the best score of the population
  int turn = 0;                 ///< its last one; 0: none yet
  std::int64_t step = 0;        ///< the age of the weights that it holds
  std::int64_t steps_done = 0;  ///< what it trained itself
  std::optional<double> score;  ///< absent: no turn yet, or diverged
  bool diverged = false;
  std::vector<double> trend;           ///< scores along its lineage, the latest last
  Hyperparameters hyperparameters;     ///< of its next turn
  std::optional<TurnKey> copied_from;  ///< what it holds is a copy of this turn, not trained further yet
  std::string worker;                  ///< who trains it now; empty: nobody
  std::int64_t lease_until_ms = 0;
  int failures = 0;  ///< since its last turn
};

/// How far an experiment is and how fast it goes.
struct Progress {
  std::int64_t steps_done = 0;     ///< of all members, failed attempts included
  std::int64_t steps_planned = 0;  ///< what the budget allows all members together
  double steps_per_second = 0;     ///< lately; 0: unknown
  std::optional<double> seconds_left;
};

struct Overview {
  RunStatus status;
  std::int64_t turns = 0;  ///< complete and partial
  std::vector<MemberRow> members;
  std::vector<WorkerRow> workers;
  Progress progress;
  TurnPointer best;  ///< null: no complete turn yet
};

/// One consistent look, from a snapshot that holds some history; `trend_length` scores a member at most.
[[nodiscard]] Overview overview(const Experiment& experiment, const RunStatus& status, const Population& population,
                                int trend_length = 12);

/// The same, reading as much history as it needs.
[[nodiscard]] Overview overview(const Experiment& experiment, const RunReader& reader, int trend_length = 12);

}  // namespace pbt
