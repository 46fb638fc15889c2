#include "store/postgres_store.h"

#include "store/postgres_schema.h"
#include "store/postgres_sessions.h"
#include "store/recorder.h"
#include "store/sql_create.h"

namespace pbt {
namespace {

using postgres::Access;
using postgres::Tables;
using std::chrono::milliseconds;

class PostgresStore final : public Store {
  template <class Function>
  auto read(const Function& function) const {
    return sessions_.run(Access::read, false, patience(),
                         [&](Tables& tables, std::int64_t, int) { return function(tables); });
  }
  template <class Function>
  auto record(bool flush, const Function& function) {
    return sessions_.run(Access::record, flush, patience(),
                         [&](Tables& tables, std::int64_t now_ms, int) { return function(tables, now_ms); });
  }

 public:
  PostgresStore(const std::string& url, const std::string& experiment, const PostgresOptions& options, Clock& clock)
      : sessions_(url, experiment, options, clock) {
    (void)status();  // whether all of it is there is told now
  }

  RunStatus status() const override {
    return read([](Tables& tables) { return tables.status(); });
  }
  Population population(int history_turns) const override {
    return read([&](Tables& tables) { return tables.population(history_turns); });
  }
  Population snapshot(int history_turns) const override {
    return read([&](Tables& tables) { return tables.snapshot(history_turns); });
  }
  TurnPointer turn(TurnKey key) const override {
    return read([&](Tables& tables) { return tables.turn(key); });
  }
  std::vector<TurnPointer> turns(std::int64_t after, int limit) const override {
    return read([&](Tables& tables) { return tables.turns(after, limit); });
  }
  std::vector<Decision> decisions(std::int64_t after, int limit) const override {
    return read([&](Tables& tables) { return tables.decisions(after, limit); });
  }
  std::vector<Failure> failures(std::int64_t after, int limit) const override {
    return read([&](Tables& tables) { return tables.failures(after, limit); });
  }
  std::vector<Checkpoint> checkpoints() const override {
    return read([](Tables& tables) { return tables.checkpoints(); });
  }

  std::vector<Lease> acquire(const LeaseRequest& request) override {
    rules::check(request);
    // On the disk whatever the durability: workers outlive the server, and a fence that it forgot would be given out
    // twice.
    return sessions_.run(Access::lease, true, patience(), [&](Tables& tables, std::int64_t now_ms, int attempt) {
      // A worker that asks holds nothing: what it holds all the same came with an answer that was lost.
      if (attempt > 0) tables.release_all_of(request.worker);
      if (tables.state() != RunState::running) return std::vector<Lease>();
      return rules::acquire(tables, request, now_ms);
    });
  }
  std::vector<bool> renew(const std::vector<Lease>& leases, milliseconds duration) override {
    std::vector<bool> stand;
    // One row's lock at a time, which can wait for nobody who waits for it. No patience: it is asked again in time.
    for (const Lease& lease : leases)
      stand.push_back(
          sessions_.run(Access::lease, false, milliseconds(0), [&](Tables& tables, std::int64_t now_ms, int) {
            return rules::renew(tables, {lease}, now_ms + duration.count()) == std::vector<bool>{true};
          }));
    return stand;
  }
  std::vector<CommitResult> commit(const Commit& commit) override {
    return record(flush_, [&](Tables& tables, std::int64_t now_ms) { return rules::commit(tables, commit, now_ms); });
  }
  void control(const Control& control) override {
    (void)record(flush_, [&](Tables& tables, std::int64_t) {
      rules::control(tables, control);
      return true;
    });
  }
  std::vector<Checkpoint> collect(int keep_last, std::int64_t flushed) override {
    // Whatever the durability: the bytes go next, and a record that went back behind this would name them still.
    return record(true, [&](Tables& tables, std::int64_t) { return rules::collect(tables, keep_last, flushed); });
  }

 private:
  [[nodiscard]] milliseconds patience() const { return sessions_.options().patience; }

  mutable postgres::Sessions sessions_;
  const bool flush_ = sessions_.options().durability == Durability::power;
};

}  // namespace

bool create_postgres_experiment(const std::string& url, const std::string& experiment, const std::string& specification,
                                int population, const Clock& clock) {
  postgres::Connection connection(url, {}, clock);
  postgres::upgrade(connection);
  connection.script("BEGIN;\nSET LOCAL search_path = pbt");
  const bool made = sql::create(connection, experiment, specification, population, clock.now_ms());
  connection.script("COMMIT");
  connection.sync();
  return made;
}

std::vector<std::string> postgres_experiments(const std::string& url, const Clock& clock) {
  postgres::Connection connection(url, {}, clock);
  if (!postgres::has_store(connection)) return {};
  connection.script("BEGIN READ ONLY;\nSET LOCAL search_path = pbt");
  std::vector<std::string> names = sql::names(connection);
  connection.script("COMMIT");
  connection.sync();
  return names;
}

std::unique_ptr<Store> open_postgres_store(const std::string& url, const std::string& experiment, Clock& clock,
                                           PostgresOptions options) {
  return std::make_unique<PostgresStore>(url, experiment, options, clock);
}

}  // namespace pbt
