#pragma once

#include <memory>
#include <string>
#include <vector>

#include "pbt/clock.h"
#include "pbt/experiment.h"
#include "pbt/store.h"
#include "store/postgres.h"

/// The record in a PostgreSQL database, version 12 or newer, for many machines. Leases go by the server's clock. A row
/// lock on the experiment orders commits, row locks on members protect leases; READ COMMITTED suffices. A broken
/// connection is made anew, and what was asked is asked again: what a commit had recorded before its answer was lost
/// comes back as `repeated`.
namespace pbt {

struct PostgresOptions {
  Durability durability = Durability::power;    ///< process: a crash of the server may take the last second's commits
  int connections_max = 4;                      ///< of this process; its threads take turns
  std::chrono::milliseconds patience{300'000};  ///< how long a server that is away is waited for
  postgres::Limits limits;
  const Clock* lease_clock = nullptr;  ///< for tests: whose time leases go by, in place of the server's
};

/// As create_experiment() for SQLite; makes or upgrades pbt's tables where that is needed.
bool create_postgres_experiment(const std::string& url, const std::string& experiment, const std::string& specification,
                                int population, const Clock& clock);

/// The names of the store's experiments, sorted; none where there are no tables of ours yet. Throws StoreError.
[[nodiscard]] std::vector<std::string> postgres_experiments(const std::string& url, const Clock& clock);

/// Opens an experiment that is there. `clock`, for waiting, must outlive the store.
[[nodiscard]] std::unique_ptr<Store> open_postgres_store(const std::string& url, const std::string& experiment,
                                                         Clock& clock, PostgresOptions options = {});

}  // namespace pbt
