#include <nlohmann/json.hpp>

#include "core/json.h"
#include "store/postgres.h"
#include "store/sql_rows.h"
#include "store/sqlite.h"

namespace pbt::sql {
namespace {

std::optional<int> member_of(const std::optional<TurnKey>& key) {
  return key ? std::optional(key->member) : std::nullopt;
}
std::optional<int> index_of(const std::optional<TurnKey>& key) {
  return key ? std::optional(key->index) : std::nullopt;
}

}  // namespace

template <class Connection>
void insert(Connection& connection, std::int64_t experiment, const Turn& turn) {
  const std::string hyperparameters = dump(to_json(turn.hyperparameters));
  const std::string samples = dump(to_json(turn.samples));
  const std::string metrics = dump(to_json(turn.metrics));
  static const std::string sql =
      "INSERT INTO turns (experiment, " + turn_columns + ") VALUES (?, ?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
  connection.execute(sql, experiment, turn.key.member, turn.key.index, turn.sequence, turn.fence, turn.worker,
                     member_of(turn.parent), index_of(turn.parent), hyperparameters, turn.from_step, turn.to_step,
                     turn.partial, turn.score, samples, metrics, turn.checkpoint.name,
                     static_cast<std::int64_t>(turn.checkpoint.bytes), turn.checkpoint.checksum, turn.checkpoint.files,
                     turn.started_ms, turn.ended_ms);
}

template <class Connection>
void insert(Connection& connection, std::int64_t experiment, const Decision& decision, std::int64_t fence) {
  const std::string hyperparameters = dump(to_json(decision.hyperparameters));
  std::optional<std::string> name, checksum;
  std::optional<std::int64_t> bytes, files;
  if (decision.imported) {
    name = decision.imported->name;
    bytes = static_cast<std::int64_t>(decision.imported->bytes);
    checksum = decision.imported->checksum;
    files = decision.imported->files;
  }
  static const std::string sql = "INSERT INTO decisions (experiment, fence, " + decision_columns +
                                 ") VALUES (?,?, ?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
  connection.execute(sql, experiment, fence, decision.member, decision.turn, decision.revision, decision.sequence,
                     static_cast<int>(decision.kind), member_of(decision.weights), index_of(decision.weights),
                     member_of(decision.donor), index_of(decision.donor), name, bytes, checksum, files, hyperparameters,
                     decision.reason, decision.snapshot, decision.attempt);
}

template <class Connection>
void insert(Connection& connection, std::int64_t experiment, const Failure& failure, bool broken) {
  static const std::string sql =
      "INSERT INTO failures (experiment, broken, " + failure_columns + ") VALUES (?,?, ?,?,?,?,?,?,?,?,?,?,?)";
  connection.execute(sql, experiment, broken, failure.turn.member, failure.turn.index, failure.fence, failure.worker,
                     static_cast<int>(failure.what.kind), failure.what.message, failure.what.log_tail,
                     failure.what.step, failure.steps_lost, failure.time_ms, failure.sequence);
}

template <class Connection>
void update(Connection& connection, std::int64_t experiment, const Member& member) {
  std::optional<TurnKey> standing, weights;
  std::optional<int> next_turn, next_revision;
  if (member.standing) standing = member.standing->key;
  if (member.next) {
    weights = member.next->weights;
    next_turn = member.next->turn;
    next_revision = member.next->revision;
  }
  connection.execute(
      "UPDATE members SET state = ?, turns = ?, steps_done = ?, steps_lost = ?, failures = ?, setbacks = ?, "
      "broken = ?, standing_member = ?, standing_idx = ?, next_turn = ?, next_revision = ?, weights_member = ?, "
      "weights_idx = ?, fence = ?, worker = ?, lease_until_ms = ?, not_before_ms = ? WHERE experiment = ? AND id = ?",
      static_cast<int>(member.state), member.turns, member.steps_done, member.steps_lost, member.failures,
      member.setbacks, member.broken, member_of(standing), index_of(standing), next_turn, next_revision,
      member_of(weights), index_of(weights), member.fence, member.worker, member.lease_until_ms, member.not_before_ms,
      experiment, member.id);
}

template <class Connection>
void replace(Connection& connection, std::int64_t experiment, const rules::CheckpointRow& row) {
  static const std::string sql =
      "INSERT INTO checkpoints (experiment, " + checkpoint_columns +
      ") VALUES (?, ?,?,?,?,?,?,?,?,?) ON CONFLICT (experiment, name) DO UPDATE SET bytes = excluded.bytes, checksum = "
      "excluded.checksum, files = excluded.files, member = excluded.member, idx = excluded.idx, named = "
      "excluded.named, pinned = "
      "excluded.pinned, removed = excluded.removed";
  connection.execute(sql, experiment, row.checkpoint.name, static_cast<std::int64_t>(row.checkpoint.bytes),
                     row.checkpoint.checksum, row.checkpoint.files, member_of(row.turn), index_of(row.turn), row.named,
                     row.pinned, row.removed);
}

#define PBT_ROWS_OF(database)                                                               \
  template void insert(database::Connection&, std::int64_t, const Turn&);                   \
  template void insert(database::Connection&, std::int64_t, const Decision&, std::int64_t); \
  template void insert(database::Connection&, std::int64_t, const Failure&, bool);          \
  template void update(database::Connection&, std::int64_t, const Member&);                 \
  template void replace(database::Connection&, std::int64_t, const rules::CheckpointRow&)
PBT_ROWS_OF(sqlite);
PBT_ROWS_OF(postgres);
#undef PBT_ROWS_OF

}  // namespace pbt::sql
