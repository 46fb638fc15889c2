#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "pbt/experiment.h"
#include "pbt/store.h"

namespace pbt {

/// Where an experiment's record and bytes are.
struct Location {
  std::string experiment;
  std::string store;               ///< "sqlite:runs/lander/pbt.db"
  std::filesystem::path database;  ///< absolute: the SQLite file
  std::filesystem::path folder;    ///< absolute: the run folder, with checkpoints/ and logs/

  [[nodiscard]] std::filesystem::path checkpoints() const { return folder / "checkpoints"; }
  [[nodiscard]] std::filesystem::path logs() const { return folder / "logs"; }
  [[nodiscard]] std::filesystem::path tensorboard() const { return folder / "tensorboard"; }
};

/// The place of the experiment `name`, there or not: in `store` when it is not empty, else in PBT_STORE when that is
/// set, else in sqlite:runs/<name>/pbt.db. Throws UsageError on a store of an unknown kind.
[[nodiscard]] Location place_of(const std::string& name, const std::string& store);

/// The existing experiment that the user means. Throws UsageError that lists those in sight when there is none, or more
/// than one.
[[nodiscard]] Location locate(const Target& target);

/// The experiments in `store`, or where that is empty in PBT_STORE or below runs/; sorted.
[[nodiscard]] std::vector<std::string> names_in_sight(const std::string& store);

/// A record opened for reading, and its specification.
struct OpenRun {
  Location location;
  std::unique_ptr<RunReader> reader;
  Experiment experiment;
};
[[nodiscard]] OpenRun open_run(const Target& target);

/// The folder of a checkpoint's bytes.
[[nodiscard]] std::string checkpoint_folder(const Location& location, const Checkpoint& checkpoint);

/// The turn that a command is about. Throws UsageError when there is none such, Error when there is no complete turn
/// yet.
[[nodiscard]] TurnPointer chosen_turn(const OpenRun& run, const TurnChoice& choice);

}  // namespace pbt
