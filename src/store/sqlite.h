#pragma once

#include <fmt/format.h>
#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "pbt/error.h"
#include "pbt/random.h"

/// A small wrapper of SQLite's C interface. Every failure is a StoreError that names the file and what to do.
namespace pbt::sqlite {

enum class Open {
  read,    ///< never writes; the file must exist
  write,   ///< the file must exist
  create,  ///< the file must not exist yet, or be empty
};

class Connection;

/// One run of a statement: its rows, from the first on. Columns count from 0. Gives the statement back to its
/// connection when it goes.
class Query {
 public:
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  ~Query();

  /// Moves to the next row; false after the last.
  [[nodiscard]] bool next();
  /// Runs a statement whose rows do not matter.
  void finish();

  // A column of another type is a StoreError: tables are STRICT, but a file may hold anything.
  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] int small(int column) const;  ///< the same where an int cannot hold it
  [[nodiscard]] bool boolean(int column) const { return integer(column) != 0; }
  [[nodiscard]] double real(int column) const;
  [[nodiscard]] std::string text(int column) const;
  /// Throws StoreError: the file is damaged, because of what a row holds.
  [[noreturn]] void damaged(const std::string& what) const;

 private:
  friend class Connection;
  Query(Connection& connection, std::string_view sql, sqlite3_stmt* statement)
      : connection_(connection), sql_(sql), statement_(statement) {}
  template <class... Values>
  Query(Connection& connection, std::string_view sql, sqlite3_stmt* statement, const Values&... values)
      : Query(connection, sql, statement) {
    int place = 0;
    (bind(++place, values), ...);
  }

  void check(int code);
  void bind(int place, std::nullopt_t);
  void bind(int place, std::int64_t value);
  void bind(int place, int value) { bind(place, static_cast<std::int64_t>(value)); }
  void bind(int place, bool value) { bind(place, static_cast<std::int64_t>(value)); }
  void bind(int place, double value);
  void bind(int place, std::string_view value);  ///< not copied: it must outlive the query
  template <class T>
  void bind(int place, const std::optional<T>& value) {
    value ? bind(place, *value) : bind(place, std::nullopt);
  }

  Connection& connection_;
  std::string_view sql_;
  sqlite3_stmt* statement_;
};

/// One open database file. One thread at a time.
class Connection {
 public:
  using Query = sqlite::Query;
  friend Query;
  // Its dialect: what statements that other databases share end in.
  static constexpr const char* to_change = "";  ///< a writing transaction is alone
  static constexpr const char* to_change_unless_locked = "";
  [[nodiscard]] static std::string by_index(std::string_view index) { return fmt::format("INDEXED BY {} ", index); }

  Connection(const std::filesystem::path& file, Open how);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  /// Prepares (once a text), binds the values to its ?s in order. `sql` is a literal; texts bound are not copied.
  template <class... Values>
  [[nodiscard]] Query query(std::string_view sql, const Values&... values) {
    return Query(*this, sql, statement(sql), values...);
  }
  /// The same for a statement without rows; returns how many rows it changed.
  template <class... Values>
  int execute(std::string_view sql, const Values&... values) {
    query(sql, values...).finish();
    return sqlite3_changes(handle_.get());
  }
  /// Runs a text of several statements.
  void script(const std::string& sql);
  /// True where every commit shall be on the disk before it returns; false where it may follow later. Not inside a
  /// transaction.
  void flush_commits(bool flush);

  /// Leaves SQLite's -wal and -shm files when the last connection closes, so that a reader need not make them.
  void keep_side_files();

  [[nodiscard]] const std::filesystem::path& file() const { return file_; }
  [[nodiscard]] std::string name() const { return file_.string(); }  ///< for people

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };

  [[nodiscard]] sqlite3_stmt* statement(std::string_view sql);
  void give_back(std::string_view sql, sqlite3_stmt* statement);
  void open(const std::string& uri, int flags);
  [[noreturn]] void fail(int code, std::string_view doing);
  static int wait_for_lock(void* self, int tries);

  std::filesystem::path file_;
  std::unique_ptr<sqlite3, Close> handle_;
  std::unordered_multimap<std::string_view, sqlite3_stmt*> idle_;  ///< prepared, not in use
  Random jitter_;
  std::int64_t waiting_since_ns_ = 0;
  std::optional<bool> flushes_;
};

/// Everything between its birth and commit() happens or nothing does.
class Transaction {
 public:
  enum class Kind { read, write };  ///< read: one consistent snapshot; write: holds the only write lock from the start

  Transaction(Connection& connection, Kind kind);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();  ///< rolls back what was not committed
  void commit();

 private:
  Connection& connection_;
  bool open_ = true;
};

}  // namespace pbt::sqlite
