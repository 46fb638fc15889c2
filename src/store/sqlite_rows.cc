#include "store/sqlite_rows.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/json.h"
#include "pbt/error.h"

namespace pbt::sqlite {
namespace {

std::optional<int> member_of(const std::optional<TurnKey>& key) {
  return key ? std::optional(key->member) : std::nullopt;
}
std::optional<int> index_of(const std::optional<TurnKey>& key) {
  return key ? std::optional(key->index) : std::nullopt;
}

/// A column's JSON text, read by one of core's functions.
template <class Read>
auto json(const Query& row, int column, Read read) {
  try {
    return read(parse_json(row.text(column), "a row's JSON"));
  } catch (const StoreError&) {
    throw;
  } catch (const Error& error) {
    throw StoreError(fmt::format("{}: damaged: {}; restore a copy", row.file().string(), error.what()));
  }
}

/// An enum's number, which must be one of its first `count`.
template <class Enum>
Enum enumerator(const Query& row, int column, int count) {
  const std::int64_t number = row.integer(column);
  if (number < 0 || number >= count)
    throw StoreError(
        fmt::format("{}: damaged: a row holds the unknown code {}; restore a copy", row.file().string(), number));
  return static_cast<Enum>(number);
}

}  // namespace

const std::string member_columns =
    "id, state, turns, steps_done, steps_lost, failures, broken, standing_member, standing_idx, next_turn, "
    "next_revision, fence, "
    "worker, lease_until_ms, not_before_ms, setbacks";
const std::string turn_columns =
    "member, idx, sequence, fence, worker, parent_member, parent_idx, hyperparameters, from_step, to_step, partial, "
    "score, samples, "
    "metrics, checkpoint, bytes, checksum, started_ms, ended_ms";
const std::string decision_columns =
    "member, turn, revision, sequence, kind, weights_member, weights_idx, donor_member, donor_idx, imported, "
    "imported_bytes, "
    "imported_checksum, hyperparameters, reason, snapshot, attempt";
const std::string failure_columns =
    "member, idx, fence, worker, kind, message, log_tail, step, steps_lost, time_ms, sequence";
const std::string checkpoint_columns = "name, bytes, checksum, member, idx, named, pinned, removed";

std::optional<TurnKey> key_of(const Query& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return TurnKey{row.small(column), row.small(column + 1)};
}

MemberRow member_of(const Query& row) {
  MemberRow read;
  Member& member = read.member;
  member.id = row.small(0);
  member.state = enumerator<MemberState>(row, 1, 5);
  member.turns = row.small(2);
  member.steps_done = row.integer(3);
  member.steps_lost = row.integer(4);
  member.failures = row.small(5);
  member.broken = row.boolean(6);
  read.standing = key_of(row, 7);
  if (!row.is_null(9)) read.next = {row.small(9), row.small(10)};
  member.fence = row.integer(11);
  member.worker = row.text(12);
  member.lease_until_ms = row.integer(13);
  member.not_before_ms = row.integer(14);
  member.setbacks = row.small(15);
  return read;
}

Turn turn_of(const Query& row) {
  Turn turn;
  turn.key = {row.small(0), row.small(1)};
  turn.sequence = row.integer(2);
  turn.fence = row.integer(3);
  turn.worker = row.text(4);
  turn.parent = key_of(row, 5);
  turn.hyperparameters = json(row, 7, hyperparameters_from_json);
  turn.from_step = row.integer(8);
  turn.to_step = row.integer(9);
  turn.partial = row.boolean(10);
  turn.score = row.real(11);
  turn.samples = json(row, 12, samples_from_json);
  turn.metrics = json(row, 13, metrics_from_json);
  turn.checkpoint = {row.text(14), static_cast<std::uint64_t>(row.integer(15)), row.text(16)};
  turn.started_ms = row.integer(17);
  turn.ended_ms = row.integer(18);
  return turn;
}

Decision decision_of(const Query& row) {
  Decision decision;
  decision.member = row.small(0);
  decision.turn = row.small(1);
  decision.revision = row.small(2);
  decision.sequence = row.integer(3);
  decision.kind = enumerator<DecisionKind>(row, 4, 5);
  decision.weights = key_of(row, 5);
  decision.donor = key_of(row, 7);
  if (!row.is_null(9))
    decision.imported = Checkpoint{row.text(9), static_cast<std::uint64_t>(row.integer(10)), row.text(11)};
  decision.hyperparameters = json(row, 12, hyperparameters_from_json);
  decision.reason = row.text(13);
  decision.snapshot = row.integer(14);
  decision.attempt = row.small(15);
  return decision;
}

Failure failure_of(const Query& row) {
  Failure failure;
  failure.turn = {row.small(0), row.small(1)};
  failure.fence = row.integer(2);
  failure.worker = row.text(3);
  failure.what = {enumerator<FailureKind>(row, 4, 9), row.text(5), row.text(6), row.integer(7)};
  failure.steps_lost = row.integer(8);
  failure.time_ms = row.integer(9);
  failure.sequence = row.integer(10);
  return failure;
}

rules::CheckpointRow checkpoint_of(const Query& row) {
  return {{row.text(0), static_cast<std::uint64_t>(row.integer(1)), row.text(2)},
          key_of(row, 3),
          row.boolean(5),
          row.boolean(6),
          row.boolean(7)};
}

void insert(Connection& connection, std::int64_t experiment, const Turn& turn) {
  const std::string hyperparameters = dump(to_json(turn.hyperparameters));
  const std::string samples = dump(to_json(turn.samples));
  const std::string metrics = dump(to_json(turn.metrics));
  static const std::string sql =
      "INSERT INTO turns (experiment, " + turn_columns + ") VALUES (?, ?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
  connection.execute(sql, experiment, turn.key.member, turn.key.index, turn.sequence, turn.fence, turn.worker,
                     member_of(turn.parent), index_of(turn.parent), hyperparameters, turn.from_step, turn.to_step,
                     turn.partial, turn.score, samples, metrics, turn.checkpoint.name,
                     static_cast<std::int64_t>(turn.checkpoint.bytes), turn.checkpoint.checksum, turn.started_ms,
                     turn.ended_ms);
}

void insert(Connection& connection, std::int64_t experiment, const Decision& decision, std::int64_t fence) {
  const std::string hyperparameters = dump(to_json(decision.hyperparameters));
  std::optional<std::string> name, checksum;
  std::optional<std::int64_t> bytes;
  if (decision.imported) {
    name = decision.imported->name;
    bytes = static_cast<std::int64_t>(decision.imported->bytes);
    checksum = decision.imported->checksum;
  }
  static const std::string sql = "INSERT INTO decisions (experiment, fence, " + decision_columns +
                                 ") VALUES (?,?, ?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
  connection.execute(sql, experiment, fence, decision.member, decision.turn, decision.revision, decision.sequence,
                     static_cast<int>(decision.kind), member_of(decision.weights), index_of(decision.weights),
                     member_of(decision.donor), index_of(decision.donor), name, bytes, checksum, hyperparameters,
                     decision.reason, decision.snapshot, decision.attempt);
}

void insert(Connection& connection, std::int64_t experiment, const Failure& failure, bool broken) {
  static const std::string sql =
      "INSERT INTO failures (experiment, broken, " + failure_columns + ") VALUES (?,?, ?,?,?,?,?,?,?,?,?,?,?)";
  connection.execute(sql, experiment, broken, failure.turn.member, failure.turn.index, failure.fence, failure.worker,
                     static_cast<int>(failure.what.kind), failure.what.message, failure.what.log_tail,
                     failure.what.step, failure.steps_lost, failure.time_ms, failure.sequence);
}

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
      "UPDATE members SET state = ?, turns = ?, steps_done = ?, steps_lost = ?, failures = ?, setbacks = ?, broken = ?, "
      "standing_member = ?, "
      "standing_idx = ?, next_turn = ?, next_revision = ?, weights_member = ?, weights_idx = ?, fence = ?, worker = ?, "
      "lease_until_ms = ?, not_before_ms = ? WHERE experiment = ? AND id = ?",
      static_cast<int>(member.state), member.turns, member.steps_done, member.steps_lost, member.failures,
      member.setbacks, member.broken, member_of(standing), index_of(standing), next_turn, next_revision, member_of(weights),
      index_of(weights), member.fence, member.worker, member.lease_until_ms, member.not_before_ms, experiment,
      member.id);
}

void replace(Connection& connection, std::int64_t experiment, const rules::CheckpointRow& row) {
  static const std::string sql =
      "INSERT OR REPLACE INTO checkpoints (experiment, " + checkpoint_columns + ") VALUES (?, ?,?,?,?,?,?,?,?)";
  connection.execute(sql, experiment, row.checkpoint.name, static_cast<std::int64_t>(row.checkpoint.bytes),
                     row.checkpoint.checksum, member_of(row.turn), index_of(row.turn), row.named, row.pinned,
                     row.removed);
}

}  // namespace pbt::sqlite
