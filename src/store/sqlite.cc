#include "store/sqlite.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <thread>

namespace pbt::sqlite {
namespace {

// SQLite's own busy timeout backs off to 100 ms, which starves processes for seconds under load; short jittered sleeps
// do not.
constexpr double sleep_min_us = 500;
constexpr double sleep_max_us = 1'500;
constexpr std::int64_t give_up_after_s = 60;

std::int64_t monotonic_ns() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

/// What to do about a result code, for people.
std::string advice(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return fmt::format("locked by another program for {} s: end that program (fuser shows it), then try again",
                         give_up_after_s);
    case SQLITE_FULL:
      return "disk full: make room, then try again";
    case SQLITE_NOMEM:
      return "no memory left: end other programs or allow more, then try again";
    case SQLITE_NOTADB:
      return "not a database: give the path of a store that pbt made, or move this file away";
    case SQLITE_CORRUPT:
      return "damaged: restore a copy, or save what can be read with `sqlite3 FILE .recover`";
    case SQLITE_READONLY:
      return "read-only: allow writing to the file and to its folder";
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return "cannot be opened: check that it is a file that may be read and written, and its folder too";
    case SQLITE_IOERR:
      return "the disk failed: check it (SQLite does not work on network file systems)";
    default:
      return "this is a fault of pbt or of the file: please report it";
  }
}

}  // namespace

Query::~Query() { connection_.give_back(sql_, statement_); }

bool Query::next() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) connection_.fail(code, sql_);
  return false;
}

void Query::finish() {
  while (next()) {
  }
}

bool Query::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

std::int64_t Query::integer(int column) const {
  if (sqlite3_column_type(statement_, column) != SQLITE_INTEGER) damaged("a row holds no integer where one belongs");
  return sqlite3_column_int64(statement_, column);
}

double Query::real(int column) const {
  const int type = sqlite3_column_type(statement_, column);
  if (type != SQLITE_FLOAT && type != SQLITE_INTEGER) damaged("a row holds no number where one belongs");
  return sqlite3_column_double(statement_, column);
}

std::string Query::text(int column) const {
  if (sqlite3_column_type(statement_, column) != SQLITE_TEXT) damaged("a row holds no text where one belongs");
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

void Query::check(int code) {
  if (code != SQLITE_OK) connection_.fail(code, sql_);
}

void Query::bind(int place, std::nullopt_t) { check(sqlite3_bind_null(statement_, place)); }
void Query::bind(int place, std::int64_t value) { check(sqlite3_bind_int64(statement_, place, value)); }
void Query::bind(int place, double value) { check(sqlite3_bind_double(statement_, place, value)); }

void Query::bind(int place, std::string_view value) {
  // A null pointer would bind NULL instead of the empty text.
  const char* bytes = value.empty() ? "" : value.data();
  check(sqlite3_bind_text64(statement_, place, bytes, value.size(), SQLITE_STATIC, SQLITE_UTF8));
}

int Query::small(int column) const {
  const std::int64_t number = integer(column);
  if (number != static_cast<int>(number))
    damaged(fmt::format("a row holds the number {}, which is out of range", number));
  return static_cast<int>(number);
}

void Query::damaged(const std::string& what) const {
  throw StoreError(fmt::format("{}: damaged: {}; restore a copy", connection_.file().string(), what));
}

Connection::Connection(const std::filesystem::path& file, Open how)
    : file_(file),
      jitter_{static_cast<std::uint64_t>(getpid()), static_cast<std::uint64_t>(monotonic_ns()),
              std::hash<std::thread::id>{}(std::this_thread::get_id())} {
  std::error_code ignored;  // what cannot be asked for is answered by the opening itself
  if (how != Open::create && !std::filesystem::exists(file, ignored))
    throw StoreError(fmt::format("{}: there is no such store; `pbt run` makes one", file.string()));
  if (std::filesystem::exists(file, ignored) && !std::filesystem::is_regular_file(file, ignored))
    throw StoreError(fmt::format("{}: cannot be opened: expected a store's file, and this is none", file.string()));
  if (how != Open::read) {
    open(file.string(), SQLITE_OPEN_READWRITE | (how == Open::create ? SQLITE_OPEN_CREATE : 0));
    if (sqlite3_db_readonly(handle_.get(), "main") == 1) fail(SQLITE_READONLY, "open");
    return;
  }
  open(file.string(), SQLITE_OPEN_READONLY);
  // A folder that cannot be written holds no writer either: SQLite then needs no side files beside the database.
  const int code = sqlite3_exec(handle_.get(), "SELECT 1 FROM sqlite_master", nullptr, nullptr, nullptr);
  if (code == SQLITE_CANTOPEN || code == SQLITE_READONLY_DIRECTORY) {
    std::string escaped;
    for (const char c : std::filesystem::absolute(file).string())
      escaped +=
          c == '?' || c == '#' || c == '%' ? fmt::format("%{:02X}", static_cast<unsigned>(c)) : std::string(1, c);
    open("file:" + escaped + "?immutable=1", SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
  }
}

Connection::~Connection() {
  for (const auto& [sql, prepared] : idle_) sqlite3_finalize(prepared);
}

void Connection::open(const std::string& uri, int flags) {
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(uri.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  handle_.reset(handle);
  if (code != SQLITE_OK) fail(code, "open");
  sqlite3_busy_handler(handle, &Connection::wait_for_lock, this);
}

int Connection::wait_for_lock(void* self, int tries) {
  auto& connection = *static_cast<Connection*>(self);
  if (tries == 0) connection.waiting_since_ns_ = monotonic_ns();
  if (monotonic_ns() - connection.waiting_since_ns_ > give_up_after_s * 1'000'000'000) return 0;
  std::this_thread::sleep_for(
      std::chrono::duration<double, std::micro>(connection.jitter_.uniform(sleep_min_us, sleep_max_us)));
  return 1;
}

sqlite3_stmt* Connection::statement(std::string_view sql) {
  if (const auto found = idle_.find(sql); found != idle_.end()) {
    sqlite3_stmt* prepared = found->second;
    idle_.erase(found);
    return prepared;
  }
  sqlite3_stmt* prepared = nullptr;
  const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &prepared, nullptr);
  if (code != SQLITE_OK) fail(code, sql);
  return prepared;
}

void Connection::give_back(std::string_view sql, sqlite3_stmt* statement) {
  sqlite3_reset(statement);  // repeats the code of the last step, which was answered there
  sqlite3_clear_bindings(statement);
  idle_.emplace(sql, statement);
}

void Connection::script(const std::string& sql) {
  const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code, sql);
}

void Connection::flush_commits(bool flush) {
  if (flushes_ == flush) return;
  script(flush ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
  flushes_ = flush;
}

void Connection::keep_side_files() {
  int keep = 1;
  const int code = sqlite3_file_control(handle_.get(), "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
  if (code != SQLITE_OK) fail(code, "keep side files");
}

void Connection::fail(int code, std::string_view doing) {
  const char* detail = handle_ ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(code);
  throw StoreError(fmt::format("{}: {} ({}, SQLite code {}, at: {})", file_.string(), advice(code), detail, code,
                               doing.substr(0, 60)));
}

Transaction::Transaction(Connection& connection, Kind kind) : connection_(connection) {
  connection_.execute(kind == Kind::write ? "BEGIN IMMEDIATE" : "BEGIN");
}

Transaction::~Transaction() {
  if (!open_) return;
  try {
    connection_.execute("ROLLBACK");
  } catch (const StoreError&) {
    // SQLite has already rolled back by itself after a full disk or a failed one.
  }
}

void Transaction::commit() {
  connection_.execute("COMMIT");
  open_ = false;
}

}  // namespace pbt::sqlite
