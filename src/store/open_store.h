#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "pbt/clock.h"
#include "pbt/experiment.h"
#include "pbt/store.h"

namespace pbt {

/// Where records are kept: an SQLite file, or a PostgreSQL database.
struct StoreAddress {
  std::filesystem::path file;  ///< absolute; empty: the database of `url`
  std::string url;             ///< as libpq takes it, perhaps with a password: never shown

  [[nodiscard]] bool is_file() const { return url.empty(); }
  [[nodiscard]] std::string shown() const;  ///< "sqlite:/home/ann/runs/lander/pbt.db", "postgresql://ann@db/pbt"
};

/// Reads "sqlite:PATH" or "postgresql://..." (also "postgres://..."). Throws UsageError.
[[nodiscard]] StoreAddress parse_store_address(const std::string& text);

// As for each kind of store alone: sqlite_store.h, postgres_store.h. `clock` must outlive what is opened with it.
bool create_experiment(const StoreAddress& address, const std::string& experiment, const std::string& specification,
                       int population, const Clock& clock);
[[nodiscard]] std::vector<std::string> experiments(const StoreAddress& address, const Clock& clock);
[[nodiscard]] std::unique_ptr<Store> open_store(const StoreAddress& address, const std::string& experiment,
                                                Durability durability, Clock& clock);
[[nodiscard]] std::unique_ptr<RunReader> open_reader(const StoreAddress& address, const std::string& experiment,
                                                     Clock& clock);

/// Whether a file system of this type (statfs's f_type) is one of the network, on which SQLite's locks do not hold.
[[nodiscard]] bool is_network_file_system(long type);

}  // namespace pbt
