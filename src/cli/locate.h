#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "pbt/experiment.h"
#include "pbt/store.h"
#include "store/open_store.h"

namespace pbt {

/// The store of a site without a database: a PostgreSQL of the user's own in runs/postgres (launch/private_postgres.h),
/// which every command that uses it helps to keep alive.
inline constexpr const char* private_store = "auto";

/// Where an experiment's record and bytes are.
struct Location {
  std::string experiment;
  std::string store;             ///< as it was given, or "sqlite:runs/lander/pbt.db"; may hold a password
  StoreAddress address;          ///< the same, read
  std::filesystem::path folder;  ///< absolute: the run folder, with logs/ and, unless they are elsewhere, checkpoints/

  [[nodiscard]] std::filesystem::path checkpoints() const { return folder / "checkpoints"; }
  [[nodiscard]] std::filesystem::path logs() const { return folder / "logs"; }
  [[nodiscard]] std::filesystem::path tensorboard() const { return folder / "tensorboard"; }
};

/// The place of the experiment `name`, there or not: in `store` when it is not empty, else in PBT_STORE when that is
/// set, else in sqlite:runs/<name>/pbt.db. The run folder lies beside an SQLite store, and below runs/ where the record
/// is in a database. Throws UsageError on a store of an unknown kind.
[[nodiscard]] Location place_of(const std::string& name, const std::string& store);

/// The same, but of the private server, which asking for its address starts: `address` stays empty where the store is
/// "auto".
[[nodiscard]] Location unopened_place(const std::string& name, const std::string& store);

/// The name of an experiment that was named itself, or by its file.
[[nodiscard]] std::string name_of(const std::string& experiment);

/// The existing experiment that the user means. Throws UsageError that lists those in sight when there is none, or more
/// than one.
[[nodiscard]] Location locate(const Target& target);

/// The store that was given, or that PBT_STORE names; none: neither. Throws UsageError also where a password stands on
/// the command line.
[[nodiscard]] std::optional<StoreAddress> given_address(const std::string& store);

/// Whether the place holds its experiment.
[[nodiscard]] bool is_recorded(const Location& location);

/// The experiments in `store`, or where that is empty in PBT_STORE or below runs/; sorted.
[[nodiscard]] std::vector<std::string> names_in_sight(const std::string& store);

/// A record opened for reading, and its specification.
struct OpenRun {
  Location location;
  std::unique_ptr<Clock> clock;  ///< the reader's
  std::unique_ptr<RunReader> reader;
  Experiment experiment;
};
[[nodiscard]] OpenRun open_run(const Target& target);

/// The turn that a command is about. Throws UsageError when there is none such, Error when there is no complete turn
/// yet.
[[nodiscard]] TurnPointer chosen_turn(const OpenRun& run, const TurnChoice& choice);

}  // namespace pbt
