#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pbt/clock.h"
#include "pbt/error.h"

/// A small wrapper of libpq, of the shape of sqlite.h's. Every failure is a StoreError that names the server, never its
/// password, and what to do.
namespace pbt::postgres {

/// The way to the server broke. Whether it did what it was last asked is not known: connect anew, and ask again.
class ConnectionLost : public StoreError {
 public:
  using StoreError::StoreError;
};

/// The server gave the transaction up, for another's sake or because a pooler had changed servers: nothing of it is
/// done. Try it again, over the same connection.
class TransactionLost : public StoreError {
 public:
  using StoreError::StoreError;
};

/// How long a connection waits for the server.
struct Limits {
  std::chrono::milliseconds connect{10'000};
  std::chrono::milliseconds answer{30'000};  ///< to one question; after it the connection counts as lost
};

struct Free {
  void operator()(PGresult* result) const { PQclear(result); }
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
using Result = std::unique_ptr<PGresult, Free>;

/// A value of type bytea, or a statement's parameter of that type. Not copied: it must outlive the call.
struct Bytes {
  std::string_view content;
};

class Connection;

/// The rows of one statement, all here. Columns count from 0.
class Query {
 public:
  /// Moves to the next row; false after the last.
  [[nodiscard]] bool next() { return ++row_ < rows_; }

  // A column of another type is a StoreError.
  [[nodiscard]] bool is_null(int column) const { return PQgetisnull(result_.get(), row_, column) != 0; }
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] int small(int column) const;
  [[nodiscard]] bool boolean(int column) const { return integer(column) != 0; }
  [[nodiscard]] double real(int column) const;
  [[nodiscard]] std::string text(int column) const;
  /// Of a query_bytes() alone; lives as long as this.
  [[nodiscard]] std::string_view bytes(int column) const { return field(column); }
  [[noreturn]] void damaged(const std::string& what) const;

 private:
  friend class Connection;
  Query(const Connection& connection, Result result);
  [[nodiscard]] std::string_view field(int column) const;

  const Connection& connection_;
  Result result_;
  int rows_;
  int row_ = -1;
};

/// One connection. One thread at a time. Statements whose rows nobody waits for travel with the next that is waited
/// for: a transaction costs as many round trips as it has questions, and one to commit.
class Connection {
 public:
  using Query = postgres::Query;
  // Its dialect: what statements that other databases share end in.
  static constexpr const char* to_change = " FOR UPDATE";
  static constexpr const char* to_change_unless_locked = " FOR UPDATE SKIP LOCKED";
  [[nodiscard]] static std::string by_index(std::string_view) { return ""; }

  /// Throws ConnectionLost when the server does not answer, StoreError when it refuses. `clock` must outlive this.
  Connection(const std::string& url, Limits limits, const Clock& clock);

  /// From now on statements are kept prepared, by their text: for a connection that asks the same again and again. Then
  /// any query or sync() may throw TransactionLost behind a pooler that gives each transaction another session of the
  /// server; the connection prepares nothing any more after that.
  void prepare_statements() { prepares_ = true; }

  /// Binds the values to the ?s in order.
  template <class... Values>
  [[nodiscard]] Query query(std::string_view sql, const Values&... values) {
    send(sql, {parameter(values)...});
    return {*this, answer()};
  }
  /// The same for a statement whose columns are all of type bytea.
  template <class... Values>
  [[nodiscard]] Query query_bytes(std::string_view sql, const Values&... values) {
    send(sql, {parameter(values)...}, /*binary=*/1);
    return {*this, answer()};
  }
  /// The same for a statement whose rows do not matter; its failure is thrown by the next query or sync().
  template <class... Values>
  void execute(std::string_view sql, const Values&... values) {
    send(sql, {parameter(values)...});
  }
  /// Sends statements without parameters, each ended by ";\n" but for the last.
  void script(std::string_view sql);
  /// Waits until all that was executed is done.
  void sync() { (void)answer(); }
  /// Forgets what was sent and not waited for, and the transaction that it was in.
  void rollback();

  [[nodiscard]] const std::string& name() const { return name_; }  ///< for people
  [[nodiscard]] int server_version() const { return PQserverVersion(handle_.get()); }
  [[nodiscard]] std::string user() const { return PQuser(handle_.get()); }

 private:
  struct Parameter {
    std::optional<std::string> text;
    std::optional<Bytes> bytes;
  };

  static Parameter parameter(std::nullopt_t) { return {}; }
  static Parameter parameter(std::int64_t value) { return {std::to_string(value), {}}; }
  static Parameter parameter(int value) { return {std::to_string(value), {}}; }
  static Parameter parameter(bool value) { return {value ? "1" : "0", {}}; }
  static Parameter parameter(Bytes value) { return {{}, value}; }
  static Parameter parameter(double value);
  static Parameter parameter(std::string_view value);
  static Parameter parameter(const std::string& value) { return parameter(std::string_view(value)); }
  static Parameter parameter(const char* value) { return parameter(std::string_view(value)); }
  template <class T>
  static Parameter parameter(const std::optional<T>& value) {
    return value ? parameter(*value) : parameter(std::nullopt);
  }

  void send(std::string_view sql, const std::vector<Parameter>& parameters, int binary = 0);
  void require_sent(int sent);
  /// Waits for the answers to all that was sent; returns the last.
  [[nodiscard]] Result answer();
  [[nodiscard]] Result next_result(std::chrono::nanoseconds deadline);
  void wait_for_server(std::chrono::nanoseconds deadline);
  [[noreturn]] void lost(const std::string& why) const;
  [[noreturn]] void fail(const PGresult* result);

  std::string name_;
  Limits limits_;
  const Clock& clock_;
  std::unique_ptr<PGconn, Free> handle_;
  std::map<std::string, std::string, std::less<>> prepared_;  ///< name of the prepared statement, by its text
  bool prepares_ = false;
  bool waiting_ = false;  ///< something was sent that nobody waited for
};

}  // namespace pbt::postgres
