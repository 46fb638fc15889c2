#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "pbt/experiment.h"

namespace pbt {

/// Reads an experiment file (TOML; docs/formats.md) and validates it. `source` names the text in errors; relative paths
/// in it are relative to `directory`. Throws UsageError with file, line, key, what was expected, and the nearest valid
/// name.
[[nodiscard]] Experiment read_experiment(std::string_view text, const std::string& source,
                                         const std::filesystem::path& directory);

/// The same from a file; relative paths are relative to its folder. Throws UsageError when it cannot be read.
[[nodiscard]] Experiment read_experiment_file(const std::filesystem::path& path);

/// A commented experiment file that reads back to the same specification.
[[nodiscard]] std::string write_experiment(const Experiment& experiment);

/// One key whose value differs between two specifications, each as TOML writes it; empty: the key is not there.
struct Change {
  std::string key;
  std::string before;
  std::string after;
  bool allowed = false;  ///< whether an experiment that has begun may change it
};

/// What changed. Allowed in an experiment that has begun: budgets, workers (their threads only when not synchronous),
/// failure limits, checkpoint retention and durability, logs for other programs, the trainer's time-outs, environment
/// and folder. All else is what its turns are a function of.
[[nodiscard]] std::vector<Change> compare(const Experiment& before, const Experiment& after);

/// Those that an experiment that has begun may not take.
[[nodiscard]] std::vector<Change> forbidden(std::vector<Change> changes);

/// "interval: 1000 -> 2000", one a line.
[[nodiscard]] std::string to_string(const std::vector<Change>& changes);

}  // namespace pbt
