#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "pbt/experiment.h"

namespace pbt {

/// Runs the experiment's [evaluation] command on a checkpoint's folder and returns the score (higher is better) that
/// its metric makes. What it prints goes to `log`. Throws UsageError where the command is wrong, Error that quotes the
/// log's end where it fails, takes too long, or reports no such metric.
[[nodiscard]] double evaluate_checkpoint(const Experiment& experiment, const std::filesystem::path& checkpoint,
                                         std::uint64_t seed, const std::filesystem::path& log);

/// Throws UsageError unless the command, where there is one, names {checkpoint} and no placeholder that is unknown;
/// Error where its program cannot be started.
void check_evaluation(const Experiment& experiment);

/// The metric that makes the score: [evaluation] metric, else the objective's.
[[nodiscard]] std::string evaluation_metric(const Experiment& experiment);

}  // namespace pbt
