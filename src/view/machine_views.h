#pragma once

#include <string>

#include "view/lineage.h"
#include "view/overview.h"

namespace pbt {

// What the reading commands print for programs: docs/formats.md. Keys are the glossary's and stable. `score` is the
// objective's metric in the user's own sign (a minimised loss stays positive), null where the turn diverged. No text
// ends with a newline.

[[nodiscard]] std::string status_json(const Experiment& experiment, const Overview& overview);
/// `folder`: where its checkpoint is; empty: null.
[[nodiscard]] std::string best_json(const Experiment& experiment, const Turn& best, const std::string& folder);
[[nodiscard]] std::string schedule_json(const Experiment& experiment, const Turn& end,
                                        const std::vector<ScheduleRow>& rows);
[[nodiscard]] std::string lineage_json(const Experiment& experiment, const std::vector<Branch>& tree);
/// One object on one line. `decision`: what followed the turn; null: nothing yet.
[[nodiscard]] std::string turn_json(const Experiment& experiment, const Turn& turn, const Decision* decision);
[[nodiscard]] std::string decision_json(const Decision& decision);
[[nodiscard]] std::string failure_json(const Failure& failure);
/// {"error": "...", "status": 2}
[[nodiscard]] std::string error_json(const std::string& message, int status);

/// All turns, a heading first; hyperparameters and metrics as columns of their own. Ends with a newline.
[[nodiscard]] std::string turns_csv(const Experiment& experiment, const std::vector<TurnPointer>& turns,
                                    const DecisionTable& decisions);
[[nodiscard]] std::string schedule_csv(const Experiment& experiment, const std::vector<ScheduleRow>& rows);

/// What Ray Tune's PopulationBasedTrainingReplay reads: one JSON array a line, [target tag, clone tag, target
/// iteration, clone iteration, old config, new config]. An iteration is a complete turn of the lineage; dotted names
/// are nested tables. Ends with a newline.
[[nodiscard]] std::string ray_policy(const std::vector<ScheduleRow>& rows);

}  // namespace pbt
