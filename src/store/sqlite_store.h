#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "pbt/clock.h"
#include "pbt/experiment.h"
#include "pbt/store.h"

namespace pbt {

/// Makes the store, with its folder, and the experiment in it, where they are not there yet. True: the experiment is
/// new; false: there was one of this name, which stays as it is. Any number of processes may do this at once. Throws
/// StoreError.
bool create_experiment(const std::filesystem::path& database, const std::string& experiment,
                       const std::string& specification, int population, const Clock& clock);

/// The names of a store's experiments, sorted. Throws StoreError, also when there is no store.
[[nodiscard]] std::vector<std::string> experiments(const std::filesystem::path& database);

/// Opens an experiment that is there. With Durability::power what was committed is on the disk when commit, control or
/// collect returns; leases are not worth that and follow with the next commit. With Durability::process that holds for
/// collect alone. `clock` must outlive the store.
[[nodiscard]] std::unique_ptr<Store> open_sqlite_store(const std::filesystem::path& database,
                                                       const std::string& experiment, Durability durability,
                                                       const Clock& clock);

/// Reads an experiment, while others write it or not; writes nothing.
[[nodiscard]] std::unique_ptr<RunReader> open_sqlite_reader(const std::filesystem::path& database,
                                                            const std::string& experiment);

}  // namespace pbt
