#pragma once

#include <cstdint>
#include <string>

#include "view/overview.h"
#include "view/progressions.h"
#include "view/turn_digest.h"

namespace pbt {

// What the dashboard and the report draw from, as JSON: docs/openapi.json describes them. Scores are the objective's
// metric in the user's own sign, null where a turn diverged. No text ends with a newline.

/// What is tuned and how: objective, algorithm, budget, and every hyperparameter's domain.
[[nodiscard]] std::string description_json(const Experiment& experiment);

/// Turns as columns, those that rows_to_show() chooses of the rows from `first` on. `parent` is the nearest ancestor
/// that is among them, or before `first`; -1: there is none.
[[nodiscard]] std::string turns_document(const Experiment& experiment, const TurnDigest& digest, int first, int limit);

/// Bands of the score and of each hyperparameter over steps, gains by move, variety over time.
[[nodiscard]] std::string progress_document(const Experiment& experiment, const TurnDigest& digest,
                                            const MoveGains& gains, const Diversity& diversity);

/// A stretch of time, in milliseconds since 1970.
struct TimeWindow {
  std::int64_t from_ms = 0;
  std::int64_t to_ms = 0;
};

/// What each worker trained when: each turn a bar where no more than `limit` touch the window, else the share of each
/// of 200 stretches in which the worker was busy.
[[nodiscard]] std::string timeline_document(const TurnDigest& digest, TimeWindow window, int limit);
/// From the first turn's begin to the last one's end; empty where there is none.
[[nodiscard]] TimeWindow whole_time(const TurnDigest& digest);

}  // namespace pbt
