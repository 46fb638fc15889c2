#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "pbt/random.h"
#include "store/postgres_store.h"
#include "store/sql_tables.h"

namespace pbt::postgres {

using Tables = sql::Tables<Connection>;

enum class Access {
  read,    ///< one consistent snapshot
  lease,   ///< members' leases, each under its row's lock
  record,  ///< everything, one at a time
};

/// A connection of its own to one experiment, for one thread at a time.
class Session {
 public:
  /// Throws StoreError when there is no store of ours, or no such experiment in it.
  Session(const std::string& url, const std::string& experiment, const PostgresOptions& options, const Clock& clock);

  /// Calls `function(tables, now_ms)` in one transaction, which it commits unless that throws. `flush`: on the server's
  /// disk when this returns.
  template <class Function>
  auto run(Access access, bool flush, const Function& function) {
    try {
      const std::int64_t now_ms = begin(access, flush);
      auto result = function(*tables_, now_ms);
      connection_.script("COMMIT");
      connection_.sync();
      return result;
    } catch (...) {
      tables_->forget();
      connection_.rollback();
      throw;
    }
  }

 private:
  /// Returns the time that leases go by.
  std::int64_t begin(Access access, bool flush);

  Connection connection_;
  const Clock* lease_clock_;
  std::optional<Tables> tables_;
  std::int64_t experiment_ = 0;
};

/// The process's sessions with one experiment. Thread-safe.
class Sessions {
 public:
  Sessions(std::string url, std::string experiment, PostgresOptions options, Clock& clock);

  /// Session::run() on whichever session is free. Where the connection breaks it connects anew and calls `function`
  /// again, with `attempt` counted up from 0, for as long as `patience`; then throws.
  template <class Function>
  auto run(Access access, bool flush, std::chrono::milliseconds patience, const Function& function) {
    const std::chrono::nanoseconds deadline = clock_.monotonic() + patience;
    for (int attempt = 0;; ++attempt) {
      std::unique_ptr<Session> session;
      try {
        session = take();
        auto result = session->run(
            access, flush, [&](Tables& tables, std::int64_t now_ms) { return function(tables, now_ms, attempt); });
        give_back(std::move(session));
        return result;
      } catch (const TransactionLost&) {
        give_back(std::move(session));
        if (clock_.monotonic() >= deadline) throw;
      } catch (const ConnectionLost&) {
        give_back(nullptr);
        if (clock_.monotonic() >= deadline) throw;
        wait(attempt);
      } catch (...) {
        give_back(std::move(session));
        throw;
      }
    }
  }

  [[nodiscard]] const PostgresOptions& options() const { return options_; }

 private:
  /// A session for the caller alone; connects where there is none to spare, and waits for one where there may be no
  /// more.
  [[nodiscard]] std::unique_ptr<Session> take();
  void give_back(std::unique_ptr<Session> session);  ///< null: it broke
  /// Between attempts: longer each time, and not the same for all who lost the server at once.
  void wait(int attempt);

  const std::string url_, experiment_;
  const PostgresOptions options_;
  Clock& clock_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<std::unique_ptr<Session>> free_;
  int taken_ = 0;
  Random jitter_;  ///< under the mutex
};

}  // namespace pbt::postgres
