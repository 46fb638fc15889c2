#include "store/postgres.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "core/printable.h"
#include "store/postgres_address.h"

namespace pbt::postgres {
namespace {

using std::chrono::nanoseconds;

/// The statement with $1, $2, ... for its ?s.
std::string numbered(std::string_view sql) {
  std::string text;
  int place = 0;
  for (const char letter : sql) {
    if (letter == '?')
      text += fmt::format("${}", ++place);
    else
      text += letter;
  }
  return text;
}

/// What to do about an SQLSTATE, for people.
std::string advice(std::string_view state) {
  if (state.starts_with("28"))
    return "refused this user or password: set PGPASSWORD or ~/.pgpass, or the user in the address";
  if (state == "3D000") return "has no such database: make it (createdb), or name another in the address";
  if (state == "42501") return "does not give this user the right: GRANT CREATE, CONNECT ON DATABASE ... TO the user";
  if (state == "53100") return "has a full disk: make room there, then try again";
  if (state == "53200") return "has no memory left: make room there, then try again";
  if (state == "53300") return "has no connection left: raise max_connections, or start fewer workers";
  if (state == "42P01" || state == "42703" || state == "3F000")
    return "lacks a table of ours: its record is damaged, or another pbt is changing it";
  if (state == "XX001" || state == "XX002") return "reports damaged data: restore a backup";
  return "refused what pbt asked; this is a fault of pbt or of the server: please report it";
}

bool is_outage(std::string_view state) {
  // Connection trouble; the administrator or a crash ended it; a standby that is not yet, or no longer, the primary.
  return state.empty() || state.starts_with("08") || state.starts_with("57P") || state == "25006" || state == "25P03";
}

}  // namespace

Query::Query(const Connection& connection, Result result)
    : connection_(connection), result_(std::move(result)), rows_(PQntuples(result_.get())) {}

std::string_view Query::field(int column) const {
  if (is_null(column)) damaged("a row holds nothing where a value belongs");
  return {PQgetvalue(result_.get(), row_, column), static_cast<std::size_t>(PQgetlength(result_.get(), row_, column))};
}

std::int64_t Query::integer(int column) const {
  const std::string_view text = field(column);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) damaged("a row holds no integer where one belongs");
  return value;
}

int Query::small(int column) const {
  const std::int64_t number = integer(column);
  if (number != static_cast<int>(number))
    damaged(fmt::format("a row holds the number {}, which is out of range", number));
  return static_cast<int>(number);
}

double Query::real(int column) const {
  const std::string_view text = field(column);
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) damaged("a row holds no number where one belongs");
  return value;
}

std::string Query::text(int column) const { return std::string(field(column)); }

void Query::damaged(const std::string& what) const {
  throw StoreError(fmt::format("{}: damaged: {}; restore a backup", connection_.name(), what));
}

Connection::Connection(const std::string& url, Limits limits, const Clock& clock)
    : name_(without_password(url)), limits_(limits), clock_(clock) {
  const std::string seconds = std::to_string(std::max<std::int64_t>(2, limits.connect.count() / 1000));
  const std::string unanswered_ms = std::to_string(limits.answer.count());
  // What stands before dbname the address may set otherwise. Several hosts: that which is primary now.
  const std::array<const char*, 10> keywords{
      "fallback_application_name", "connect_timeout",      "keepalives_idle", "keepalives_interval", "keepalives_count",
      "tcp_user_timeout",          "target_session_attrs", "dbname",          "client_encoding",     nullptr};
  const std::array<const char*, 10> values{"pbt",        seconds.c_str(), "10",   "5",    "3", unanswered_ms.c_str(),
                                           "read-write", url.c_str(),     "UTF8", nullptr};
  handle_.reset(PQconnectdbParams(keywords.data(), values.data(), /*expand_dbname=*/1));
  if (handle_ == nullptr) throw StoreError(name_ + ": no memory left for a connection");
  if (PQstatus(handle_.get()) != CONNECTION_OK) {
    // Before there is a session, libpq gives words alone, no SQLSTATE.
    const std::string words = printable(PQerrorMessage(handle_.get()), 300);
    const auto says = [&](std::string_view part) { return words.find(part) != std::string::npos; };
    const std::string shown = words.substr(0, words.find_last_not_of('\n') + 1);
    if (says("authentication failed") || says("no password supplied") || says("role \"") || says("pg_hba.conf"))
      throw StoreError(fmt::format("{}: the server {} ({})", name_, advice("28000"), shown));
    if (says("database \"") && says("does not exist"))
      throw StoreError(fmt::format("{}: the server {} ({})", name_, advice("3D000"), shown));
    if (says("could not translate host name"))
      throw StoreError(fmt::format("{}: there is no host of this name: correct the address ({})", name_, shown));
    if (says("certificate") || says("does not support SSL") || says("invalid sslmode"))
      throw StoreError(fmt::format("{}: no secure connection: correct sslmode or the certificates in the address ({})",
                                   name_, shown));
    lost(shown);
  }
  PQsetNoticeProcessor(handle_.get(), [](void*, const char*) {}, nullptr);
  if (PQsetnonblocking(handle_.get(), 1) != 0 || PQenterPipelineMode(handle_.get()) != 1) lost("no pipeline");
}

Connection::Parameter Connection::parameter(double value) {
  if (std::isinf(value)) return {value > 0 ? "Infinity" : "-Infinity", {}};
  return {fmt::format("{}", value), {}};
}

Connection::Parameter Connection::parameter(std::string_view value) {
  // The server takes no other text; a refusal would lose the turn that it stands in.
  return {is_portable(value) ? std::string(value) : printable(value, value.size() + 3), {}};
}

void Connection::require_sent(int sent) {
  if (sent != 1) lost(printable(PQerrorMessage(handle_.get()), 300));
  waiting_ = true;
}

void Connection::send(std::string_view sql, const std::vector<Parameter>& parameters, int binary) {
  std::vector<const char*> values;
  std::vector<int> lengths, formats;
  for (const Parameter& one : parameters) {
    const std::string_view content = one.bytes ? one.bytes->content : one.text ? *one.text : std::string_view();
    const bool is_null = !one.bytes && !one.text;
    values.push_back(is_null ? nullptr : content.empty() ? "" : content.data());
    lengths.push_back(static_cast<int>(content.size()));
    formats.push_back(one.bytes ? 1 : 0);
  }
  const auto count = static_cast<int>(parameters.size());
  if (!prepares_) {
    require_sent(PQsendQueryParams(handle_.get(), numbered(sql).c_str(), count, nullptr, values.data(), lengths.data(),
                                   formats.data(), binary));
    return;
  }
  auto known = prepared_.find(sql);
  if (known == prepared_.end()) {
    // Named after its text: behind a pooler another client may have prepared something in the same server session.
    known = prepared_.emplace(sql, fmt::format("pbt_{:016x}", std::hash<std::string_view>{}(sql))).first;
    require_sent(PQsendPrepare(handle_.get(), known->second.c_str(), numbered(sql).c_str(), 0, nullptr));
  }
  require_sent(PQsendQueryPrepared(handle_.get(), known->second.c_str(), count, values.data(), lengths.data(),
                                   formats.data(), binary));
}

void Connection::script(std::string_view sql) {
  while (!sql.empty()) {
    const std::size_t end = sql.find(";\n");
    const std::string one(sql.substr(0, end));
    require_sent(PQsendQueryParams(handle_.get(), one.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0));
    sql.remove_prefix(end == sql.npos ? sql.size() : end + 2);
  }
}

Result Connection::answer() {
  if (!waiting_) return {};
  if (PQpipelineSync(handle_.get()) != 1) lost(printable(PQerrorMessage(handle_.get()), 300));
  const nanoseconds deadline = clock_.monotonic() + limits_.answer;
  Result last, failed;
  for (;;) {
    Result result = next_result(deadline);
    if (!result) continue;  // the end of one statement's answers
    const ExecStatusType status = PQresultStatus(result.get());
    if (status == PGRES_PIPELINE_SYNC) break;
    if (status == PGRES_FATAL_ERROR && !failed)
      failed = std::move(result);
    else if (status != PGRES_PIPELINE_ABORTED)
      last = std::move(result);
  }
  waiting_ = false;
  if (failed) fail(failed.get());
  return last;
}

Result Connection::next_result(nanoseconds deadline) {
  for (;;) {
    const int unsent = PQflush(handle_.get());
    if (unsent < 0) lost(printable(PQerrorMessage(handle_.get()), 300));
    if (unsent == 0 && PQisBusy(handle_.get()) == 0) {
      Result result(PQgetResult(handle_.get()));
      if (!result && PQstatus(handle_.get()) != CONNECTION_OK) lost(printable(PQerrorMessage(handle_.get()), 300));
      return result;
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - clock_.monotonic()).count();
    pollfd socket{PQsocket(handle_.get()), static_cast<short>(POLLIN | (unsent > 0 ? POLLOUT : 0)), 0};
    if (left <= 0 || poll(&socket, 1, static_cast<int>(left)) == 0)
      lost(fmt::format("no answer within {} s", limits_.answer.count() / 1000));
    if (PQconsumeInput(handle_.get()) != 1) lost(printable(PQerrorMessage(handle_.get()), 300));
  }
}

void Connection::rollback() {
  if (PQstatus(handle_.get()) != CONNECTION_OK) return;
  try {
    if (waiting_) sync();
  } catch (const StoreError&) {  // its transaction is being given up anyway
  }
  if (PQtransactionStatus(handle_.get()) == PQTRANS_IDLE) return;
  script("ROLLBACK");
  sync();
}

void Connection::lost(const std::string& why) const {
  throw ConnectionLost(
      fmt::format("{}: the server cannot be reached: {}; check that it runs (pg_isready), and host and port", name_,
                  why.empty() ? "the connection broke" : why.substr(0, why.find_last_not_of("\n ") + 1)));
}

void Connection::fail(const PGresult* result) {
  const char* field = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const std::string state = field == nullptr ? "" : field;
  std::string words = printable(PQresultErrorMessage(result), 300);
  words = words.substr(0, words.find_last_not_of('\n') + 1);
  if (is_outage(state)) lost(words);
  const std::string text = fmt::format("{}: the server {} ({}, SQLSTATE {})", name_, advice(state), words, state);
  if (state == "26000" || state == "42P05") {
    // A pooler that gives each transaction another server session: what was prepared in one is not there in the next.
    prepares_ = false;
    throw TransactionLost(text);
  }
  if (state == "40001" || state == "40P01" || state == "55P03") throw TransactionLost(text);
  throw StoreError(text);
}

}  // namespace pbt::postgres
