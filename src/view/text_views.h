#pragma once

#include <string>

#include "view/lineage.h"
#include "view/overview.h"
#include "view/text_table.h"

namespace pbt {

// What the reading commands print for people. All are pure: `now_ms` is the time, and `style` where the text goes.

/// Two lines about the run and a table of its members.
[[nodiscard]] std::string status_text(const Experiment& experiment, const Overview& overview, std::int64_t now_ms,
                                      const TextStyle& style);
/// A table of the workers: leases, how busy each was over the latest turns, and for how long it has been idle. Empty:
/// none is known.
[[nodiscard]] std::string workers_text(const Overview& overview, std::int64_t now_ms, const TextStyle& style);
/// One line that says how far the run is: for logs and pipes.
[[nodiscard]] std::string progress_line(const Experiment& experiment, const Overview& overview);
/// The best turn so far. `folder`: where its checkpoint is; empty: unknown.
[[nodiscard]] std::string best_text(const Experiment& experiment, const Turn& best, const std::string& folder);
[[nodiscard]] std::string schedule_text(const Experiment& experiment, const std::vector<ScheduleRow>& rows,
                                        const TextStyle& style);
/// The same as charts, one a hyperparameter that is searched, on its own scale.
[[nodiscard]] std::string schedule_plot(const Experiment& experiment, const std::vector<ScheduleRow>& rows,
                                        const TextStyle& style);
/// The family tree; branches on which nobody stands any more only with `dead_ends`.
enum class DeadEnds { hidden, shown };
[[nodiscard]] std::string lineage_text(const Experiment& experiment, const std::vector<Branch>& tree,
                                       DeadEnds dead_ends);
[[nodiscard]] std::string turns_text(const Experiment& experiment, const std::vector<TurnPointer>& turns,
                                     const DecisionTable& decisions, const TextStyle& style);

/// The hyperparameters that can differ between members, in the file's order: those worth a column.
[[nodiscard]] std::vector<std::string> searched_names(const Experiment& experiment);

}  // namespace pbt
