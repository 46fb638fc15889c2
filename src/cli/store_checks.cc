#include "cli/store_checks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "pbt/error.h"
#include "store/postgres_schema.h"
#include "store/postgres_store.h"

namespace pbt {
namespace {

using postgres::Connection;

constexpr int oldest_server = 120'000;  // 12
constexpr std::int64_t skew_max_ms = 5'000;
constexpr double slow_answer_ms = 20;
constexpr std::int64_t few_connections = 10;

MachineCheck check(std::string name, bool is_fine, const std::string& found, const std::string& advice,
                   MachineCheck::Verdict otherwise = MachineCheck::problem) {
  if (is_fine) return {std::move(name), MachineCheck::fine, found};
  return {std::move(name), otherwise, found + ": " + advice};
}

MachineCheck check_server(const Connection& connection) {
  const int version = connection.server_version();
  return check("server", version >= oldest_server,
               fmt::format("{}, PostgreSQL {}.{}", connection.name(), version / 10'000, version % 10'000),
               "12 or newer is needed");
}

MachineCheck check_store(const std::string& url, Connection& connection, const Clock& clock) {
  try {
    if (!postgres::has_store(connection))
      return {"store", MachineCheck::fine, "no tables of pbt yet; the first `pbt run` makes them"};
    const std::vector<std::string> names = postgres_experiments(url, clock);
    return {"store", MachineCheck::fine, fmt::format("{} experiments: {}", names.size(), fmt::join(names, ", "))};
  } catch (const StoreError& error) {
    return {"store", MachineCheck::problem, error.what()};
  }
}

MachineCheck check_rights(Connection& connection) {
  auto row = connection.query(
      "SELECT CASE WHEN to_regnamespace('pbt') IS NULL THEN has_database_privilege(current_database(), 'CREATE') "
      "ELSE has_schema_privilege('pbt', 'USAGE') AND has_table_privilege('pbt.turns', 'INSERT') AND "
      "has_table_privilege('pbt.members', 'UPDATE') END::int");
  const bool may = row.next() && row.boolean(0);
  return check("rights", may, fmt::format("user {} {}", connection.user(), may ? "may write" : "may not write"),
               "GRANT CREATE ON DATABASE, or USAGE ON SCHEMA pbt and ALL ON ALL TABLES IN SCHEMA pbt, to this user");
}

/// Leases go by the server's clock and deadlines by each machine's steady one, so a clock that is wrong endangers no
/// turn; but the times in the record are each machine's own.
MachineCheck check_clock(Connection& connection, const Clock& clock) {
  const std::int64_t before = clock.now_ms();
  auto row = connection.query("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint");
  const std::int64_t here = (before + clock.now_ms()) / 2;
  const std::int64_t skew_ms = row.next() ? here - row.integer(0) : 0;
  return check("clock", std::abs(skew_ms) <= skew_max_ms,
               fmt::format("this machine's clock is {} ms {} the server's", std::abs(skew_ms),
                           skew_ms < 0 ? "behind" : "ahead of"),
               "times of turns will not fit together; let both follow a time server (timedatectl set-ntp true)",
               MachineCheck::warning);
}

MachineCheck check_latency(Connection& connection, const Clock& clock) {
  std::array<double, 21> times{};
  for (double& time : times) {
    const auto before = clock.monotonic();
    (void)connection.query("SELECT 1");
    time = std::chrono::duration<double, std::milli>(clock.monotonic() - before).count();
  }
  std::ranges::nth_element(times, times.begin() + times.size() / 2);
  const double median = times[times.size() / 2];
  return check("latency", median <= slow_answer_ms, fmt::format("a question takes {:.2f} ms", median),
               "a turn asks about ten: let turns last a minute or more", MachineCheck::warning);
}

MachineCheck check_connections(Connection& connection) {
  auto row = connection.query(
      "SELECT current_setting('max_connections')::bigint, (SELECT count(*) FROM pg_stat_activity "
      "WHERE backend_type = 'client backend')");
  const std::int64_t all = row.next() ? row.integer(0) : 0, taken = all == 0 ? 0 : row.integer(1);
  return check("connections", all - taken > few_connections, fmt::format("{} of {} are free", all - taken, all),
               "a worker process takes up to 4: raise max_connections, or put a pooler before the server",
               MachineCheck::warning);
}

MachineCheck check_flushing(Connection& connection) {
  auto row = connection.query("SELECT current_setting('fsync')");
  const bool flushes = row.next() && row.text(0) == "on";
  return check("flushing", flushes, flushes ? "commits are flushed to the server's disk" : "fsync is off",
               "a power cut at the server may destroy the record; set fsync = on", MachineCheck::warning);
}

}  // namespace

std::vector<MachineCheck> check_database(const std::string& url, const Clock& clock) {
  Connection connection(url, {}, clock);
  return {check_server(connection),       check_store(url, connection, clock), check_rights(connection),
          check_clock(connection, clock), check_latency(connection, clock),    check_connections(connection),
          check_flushing(connection)};
}

}  // namespace pbt
