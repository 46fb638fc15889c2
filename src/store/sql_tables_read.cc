#include <fmt/format.h>

#include <algorithm>

#include "pbt/error.h"
#include "store/postgres.h"
#include "store/sql_rows.h"
#include "store/sql_tables.h"
#include "store/sqlite.h"

namespace pbt::sql {

template <class Connection>
RunStatus Tables<Connection>::status() {
  auto row = connection_.query(
      "SELECT name, specification, state, reason, created_ms, training_ms FROM experiments JOIN progress ON experiment "
      "= id WHERE id = ?",
      experiment_);
  if (!row.next()) throw StoreError(fmt::format("{}: damaged: the experiment's row is gone", connection_.name()));
  return {row.text(0), row.text(1), run_state_of(row, 2), row.text(3), row.integer(4), row.integer(5)};
}

template <class Connection>
std::vector<TurnPointer> Tables<Connection>::turns(std::int64_t after, int limit) {
  static const std::string sql =
      "SELECT " + turn_columns + " FROM turns WHERE experiment = ? AND sequence > ? ORDER BY sequence LIMIT ?";
  std::vector<TurnPointer> turns;
  for (auto query = connection_.query(sql, experiment_, after, std::max(limit, 0)); query.next();)
    turns.push_back(read_turn(query));
  return turns;
}

template <class Connection>
std::vector<Decision> Tables<Connection>::decisions(std::int64_t after, int limit) {
  static const std::string sql =
      "SELECT " + decision_columns + " FROM decisions WHERE experiment = ? AND sequence > ? ORDER BY sequence LIMIT ?";
  std::vector<Decision> decisions;
  for (auto query = connection_.query(sql, experiment_, after, std::max(limit, 0)); query.next();)
    decisions.push_back(decision_of(query));
  return decisions;
}

template <class Connection>
std::vector<Failure> Tables<Connection>::failures(std::int64_t after, int limit) {
  static const std::string sql =
      "SELECT " + failure_columns + " FROM failures WHERE experiment = ? AND sequence > ? ORDER BY sequence LIMIT ?";
  std::vector<Failure> failures;
  for (auto query = connection_.query(sql, experiment_, after, std::max(limit, 0)); query.next();)
    failures.push_back(failure_of(query));
  return failures;
}

template <class Connection>
std::vector<Checkpoint> Tables<Connection>::checkpoints() {
  static const std::string sql = "SELECT " + checkpoint_columns + " FROM checkpoints " +
                                 Connection::by_index("checkpoints_standing") +
                                 "WHERE experiment = ? AND removed = 0 ORDER BY name";
  std::vector<Checkpoint> standing;
  for (auto query = connection_.query(sql, experiment_); query.next();)
    standing.push_back(checkpoint_of(query).checkpoint);
  return standing;
}

template <class Connection>
std::optional<rules::CheckpointRow> Tables<Connection>::checkpoint(const std::string& name) {
  static const std::string sql = "SELECT " + checkpoint_columns + " FROM checkpoints WHERE experiment = ? AND name = ?";
  auto row = connection_.query(sql, experiment_, name);
  return row.next() ? std::optional(checkpoint_of(row)) : std::nullopt;
}

template <class Connection>
std::vector<rules::CheckpointRow> Tables<Connection>::removable(int member, int up_to_index) {
  static const std::string sql = "SELECT " + checkpoint_columns + " FROM checkpoints " +
                                 Connection::by_index("checkpoints_standing") +
                                 "WHERE experiment = ? AND member = ? AND idx <= ? AND removed = 0 AND pinned = 0";
  std::vector<rules::CheckpointRow> rows;
  for (auto query = connection_.query(sql, experiment_, member, up_to_index); query.next();)
    rows.push_back(checkpoint_of(query));
  return rows;
}

template <class Connection>
std::vector<rules::CheckpointRow> Tables<Connection>::removable_imports() {
  static const std::string sql = "SELECT " + checkpoint_columns + " FROM checkpoints " +
                                 Connection::by_index("checkpoints_standing") +
                                 "WHERE experiment = ? AND member IS NULL AND removed = 0 AND named = 1 AND pinned = 0";
  std::vector<rules::CheckpointRow> rows;
  for (auto query = connection_.query(sql, experiment_); query.next();) rows.push_back(checkpoint_of(query));
  return rows;
}

template <class Connection>
RunState Tables<Connection>::state() {
  auto row = connection_.query("SELECT state FROM experiments WHERE id = ?", experiment_);
  return row.next() ? run_state_of(row, 0) : RunState::failed;
}

#define PBT_READERS_OF(database)                                                                             \
  template RunStatus Tables<database::Connection>::status();                                                 \
  template RunState Tables<database::Connection>::state();                                                   \
  template std::vector<TurnPointer> Tables<database::Connection>::turns(std::int64_t, int);                  \
  template std::vector<Decision> Tables<database::Connection>::decisions(std::int64_t, int);                 \
  template std::vector<Failure> Tables<database::Connection>::failures(std::int64_t, int);                   \
  template std::vector<Checkpoint> Tables<database::Connection>::checkpoints();                              \
  template std::optional<rules::CheckpointRow> Tables<database::Connection>::checkpoint(const std::string&); \
  template std::vector<rules::CheckpointRow> Tables<database::Connection>::removable(int, int);              \
  template std::vector<rules::CheckpointRow> Tables<database::Connection>::removable_imports()
PBT_READERS_OF(sqlite);
PBT_READERS_OF(postgres);
#undef PBT_READERS_OF

}  // namespace pbt::sql
