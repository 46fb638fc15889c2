#include "store/postgres_sessions.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "store/postgres_schema.h"

namespace pbt::postgres {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds wait_least{20}, wait_most{2'000};

// For this transaction alone, as a pooler may give the next one another session of the server. A client that vanishes
// in mid-transaction, behind a cut cable, must not keep the experiment's lock until TCP notices.
constexpr const char* settings =
    "SELECT set_config('search_path', 'pbt', true), set_config('synchronous_commit', ?, true), "
    "set_config('idle_in_transaction_session_timeout', '10000', true)";

// Whoever waits for a row that changes with every commit is woken by each of them: hundreds of workers would keep the
// server busy with that alone. For an advisory lock they stand in line, and one is woken. The row's lock stays what
// protects the record.
constexpr const char* stand_in_line = "SELECT pg_advisory_xact_lock(7365236, ?::bigint::integer)";  // "pbt"

constexpr const char* time_now = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint";

}  // namespace

Session::Session(const std::string& url, const std::string& experiment, const PostgresOptions& options,
                 const Clock& clock)
    : connection_(url, options.limits, clock), lease_clock_(options.lease_clock) {
  if (!has_store(connection_))
    throw StoreError(connection_.name() + ": there is no store of pbt in this database; `pbt run` makes one");
  (void)begin(Access::read, false);
  tables_.emplace(connection_, experiment);
  experiment_ = tables_->experiment();
  connection_.script("COMMIT");
  connection_.sync();
  connection_.prepare_statements();
}

std::int64_t Session::begin(Access access, bool flush) {
  connection_.script(access == Access::read ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" : "BEGIN");
  connection_.execute(settings, flush ? "on" : "off");
  if (access == Access::read) return 0;
  if (access == Access::record) connection_.execute(stand_in_line, experiment_);
  static const std::string locked = std::string(time_now) + " FROM progress WHERE experiment = ? FOR UPDATE";
  auto row = access == Access::record ? connection_.query(locked, experiment_) : connection_.query(time_now);
  if (!row.next()) throw StoreError(connection_.name() + ": damaged: the experiment's progress is gone");
  return lease_clock_ == nullptr ? row.integer(0) : lease_clock_->now_ms();
}

Sessions::Sessions(std::string url, std::string experiment, PostgresOptions options, Clock& clock)
    : url_(std::move(url)),
      experiment_(std::move(experiment)),
      options_(options),
      clock_(clock),
      jitter_{static_cast<std::uint64_t>(getpid()), static_cast<std::uint64_t>(clock.monotonic().count())} {}

std::unique_ptr<Session> Sessions::take() {
  {
    std::unique_lock lock(mutex_);
    freed_.wait(lock, [this] { return taken_ < options_.connections_max; });
    ++taken_;
    if (!free_.empty()) {
      std::unique_ptr<Session> session = std::move(free_.back());
      free_.pop_back();
      return session;
    }
  }
  return std::make_unique<Session>(url_, experiment_, options_, clock_);
}

void Sessions::give_back(std::unique_ptr<Session> session) {
  {
    const std::lock_guard lock(mutex_);
    --taken_;
    // When one connection broke the others did, as a rule: better to connect anew than to find out one by one.
    if (session)
      free_.push_back(std::move(session));
    else
      free_.clear();
  }
  freed_.notify_one();
}

void Sessions::wait(int attempt) {
  double spread = 0;
  {
    const std::lock_guard lock(mutex_);
    spread = jitter_.uniform(0.5, 1.5);
  }
  const auto longest = std::min<milliseconds>(wait_least * (1LL << std::min(attempt, 10)), wait_most);
  clock_.wait(std::chrono::duration_cast<milliseconds>(longest * spread));
}

}  // namespace pbt::postgres
