#include "store/sqlite_store.h"

#include <fmt/format.h>

#include <mutex>

#include "pbt/error.h"
#include "store/recorder.h"
#include "store/sql_create.h"
#include "store/sql_tables.h"
#include "store/sqlite_schema.h"

namespace pbt {
namespace {

using sqlite::Connection;
using sqlite::Open;
using sqlite::Transaction;
using Tables = sql::Tables<Connection>;

/// A connection of its own to one experiment, for one thread at a time.
class Session {
 public:
  Session(const std::filesystem::path& database, const std::string& experiment, Open how)
      : connection_(sqlite::open_database(database, how)), tables_(*connection_, experiment) {}

  /// Calls `function(tables)` in one transaction, which it commits unless that throws.
  template <class Function>
  auto run(Transaction::Kind kind, bool flush, Function function) {
    const std::lock_guard lock(mutex_);
    if (kind == Transaction::Kind::write) connection_->flush_commits(flush);
    Transaction transaction(*connection_, kind);
    try {
      auto result = function(tables_);
      transaction.commit();
      return result;
    } catch (...) {
      tables_.forget();
      throw;
    }
  }

 private:
  std::mutex mutex_;
  std::unique_ptr<Connection> connection_;
  Tables tables_;
};

class SqliteReader final : public RunReader {
  template <class Function>
  auto read(Function function) const {
    return session_.run(Transaction::Kind::read, false, function);
  }

 public:
  SqliteReader(const std::filesystem::path& database, const std::string& experiment, Open how)
      : session_(database, experiment, how) {}

  RunStatus status() const override {
    return read([](Tables& tables) { return tables.status(); });
  }
  Population population(int history_turns) const override {
    return read([&](Tables& tables) { return tables.population(history_turns); });
  }
  Population snapshot(int history_turns) const {
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

 private:
  mutable Session session_;
};

/// Reads over one connection and writes over another, so that a long read holds up no commit or renewal of other
/// threads.
class SqliteStore final : public Store {
 public:
  SqliteStore(const std::filesystem::path& database, const std::string& experiment, Durability durability,
              const Clock& clock)
      : writer_(database, experiment, Open::write),
        reader_(database, experiment, Open::read),
        flush_(durability == Durability::power),
        clock_(clock) {}

  RunStatus status() const override { return reader_.status(); }
  Population population(int history_turns) const override { return reader_.population(history_turns); }
  Population snapshot(int history_turns) const override { return reader_.snapshot(history_turns); }
  TurnPointer turn(TurnKey key) const override { return reader_.turn(key); }
  std::vector<TurnPointer> turns(std::int64_t after, int limit) const override { return reader_.turns(after, limit); }
  std::vector<Decision> decisions(std::int64_t after, int limit) const override {
    return reader_.decisions(after, limit);
  }
  std::vector<Failure> failures(std::int64_t after, int limit) const override { return reader_.failures(after, limit); }
  std::vector<Checkpoint> checkpoints() const override { return reader_.checkpoints(); }

  std::vector<Lease> acquire(const LeaseRequest& request) override {
    rules::check(request);
    // Idle workers ask again and again: they look before they take the write lock.
    const bool any = writer_.run(Transaction::Kind::read, false, [&](Tables& tables) {
      return tables.state() == RunState::running && !tables.candidates(request, clock_.now_ms()).empty();
    });
    if (!any) return {};
    return writer_.run(Transaction::Kind::write, false, [&](Tables& tables) {
      if (tables.state() != RunState::running) return std::vector<Lease>();
      return rules::acquire(tables, request, clock_.now_ms());
    });
  }
  std::vector<bool> renew(const std::vector<Lease>& leases, std::chrono::milliseconds duration) override {
    return writer_.run(Transaction::Kind::write, false, [&](Tables& tables) {
      return rules::renew(tables, leases, clock_.now_ms() + duration.count());
    });
  }
  std::vector<CommitResult> commit(const Commit& commit) override {
    return writer_.run(Transaction::Kind::write, flush_,
                       [&](Tables& tables) { return rules::commit(tables, commit, clock_.now_ms()); });
  }
  void control(const Control& control) override {
    writer_.run(Transaction::Kind::write, flush_, [&](Tables& tables) {
      rules::control(tables, control);
      return true;
    });
  }
  std::vector<Checkpoint> collect(int keep_last, std::int64_t flushed) override {
    // Whatever the durability: the bytes go next, and a record that went back behind this would name them still.
    return writer_.run(Transaction::Kind::write, true,
                       [&](Tables& tables) { return rules::collect(tables, keep_last, flushed); });
  }

 private:
  Session writer_;
  SqliteReader reader_;
  bool flush_;
  const Clock& clock_;
};

}  // namespace

bool create_experiment(const std::filesystem::path& database, const std::string& experiment,
                       const std::string& specification, int population, const Clock& clock) {
  sqlite::create_database(database);
  const auto connection = sqlite::open_database(database, Open::write);
  connection->flush_commits(true);
  Transaction transaction(*connection, Transaction::Kind::write);
  if (!sql::create(*connection, experiment, specification, population, clock.now_ms())) return false;
  transaction.commit();
  return true;
}

std::vector<std::string> experiments(const std::filesystem::path& database) {
  const auto connection = sqlite::open_database(database, Open::read);
  return sql::names(*connection);
}

std::unique_ptr<Store> open_sqlite_store(const std::filesystem::path& database, const std::string& experiment,
                                         Durability durability, const Clock& clock) {
  return std::make_unique<SqliteStore>(database, experiment, durability, clock);
}

std::unique_ptr<RunReader> open_sqlite_reader(const std::filesystem::path& database, const std::string& experiment) {
  return std::make_unique<SqliteReader>(database, experiment, Open::read);
}

}  // namespace pbt
