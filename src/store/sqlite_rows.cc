#include "store/sqlite_rows.h"

#include <fmt/format.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "pbt/error.h"

namespace pbt::sqlite {
namespace {

constexpr std::int64_t count_max = json_integer_max;  // of steps and entries, as in messages
constexpr std::int64_t sum_max = count_max * 16;      // of a member's steps, copies included

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
    row.damaged(error.what());
  }
}

/// An enum's number, which must be one of its first `count`.
template <class Enum>
Enum enumerator(const Query& row, int column, int count) {
  const std::int64_t number = row.integer(column);
  if (number < 0 || number >= count) row.damaged(fmt::format("a row holds the unknown code {}", number));
  return static_cast<Enum>(number);
}

/// A number that counts something, from `least` on.
std::int64_t count(const Query& row, int column, std::int64_t least = 0, std::int64_t most = count_max) {
  const std::int64_t number = row.integer(column);
  if (number < least || number > most)
    row.damaged(fmt::format("a row holds the number {}, which is out of range", number));
  return number;
}
int small_count(const Query& row, int column, int least = 0) {
  (void)count(row, column, least);
  return row.small(column);
}

/// Milliseconds since 1970, of any clock that a worker may have.
std::int64_t time_ms(const Query& row, int column) { return count(row, column, -count_max); }

Checkpoint checkpoint(const Query& row, int column) {
  return {row.text(column), static_cast<std::uint64_t>(count(row, column + 1)), row.text(column + 2)};
}

}  // namespace

const std::string member_columns =
    "id, state, turns, steps_done, steps_lost, failures, broken, standing_member, standing_idx, next_turn, "
    "next_revision, fence, worker, lease_until_ms, not_before_ms, setbacks";
const std::string turn_columns =
    "member, idx, sequence, fence, worker, parent_member, parent_idx, hyperparameters, from_step, to_step, partial, "
    "score, samples, metrics, checkpoint, bytes, checksum, started_ms, ended_ms";
const std::string decision_columns =
    "member, turn, revision, sequence, kind, weights_member, weights_idx, donor_member, donor_idx, imported, "
    "imported_bytes, imported_checksum, hyperparameters, reason, snapshot, attempt";
const std::string failure_columns =
    "member, idx, fence, worker, kind, message, log_tail, step, steps_lost, time_ms, sequence";
const std::string checkpoint_columns = "name, bytes, checksum, member, idx, named, pinned, removed";

std::optional<TurnKey> key_of(const Query& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return TurnKey{small_count(row, column), small_count(row, column + 1, 1)};
}

RunState run_state_of(const Query& row, int column) { return enumerator<RunState>(row, column, 4); }

MemberRow member_of(const Query& row) {
  MemberRow read;
  Member& member = read.member;
  member.id = small_count(row, 0);
  member.state = enumerator<MemberState>(row, 1, 5);
  member.turns = small_count(row, 2);
  member.steps_done = count(row, 3, 0, sum_max);
  member.steps_lost = count(row, 4, 0, sum_max);
  member.failures = small_count(row, 5);
  member.broken = row.boolean(6);
  read.standing = key_of(row, 7);
  if (!row.is_null(9)) read.next = {small_count(row, 9), small_count(row, 10)};
  member.fence = count(row, 11);
  member.worker = row.text(12);
  member.lease_until_ms = time_ms(row, 13);
  member.not_before_ms = time_ms(row, 14);
  member.setbacks = small_count(row, 15);
  if (member.state != MemberState::unborn && !read.next)
    row.damaged(fmt::format("member {} was started, and no decision says how", member.id));
  return read;
}

Turn turn_of(const Query& row) {
  Turn turn;
  turn.key = {small_count(row, 0), small_count(row, 1, 1)};
  turn.sequence = count(row, 2, 1);
  turn.fence = count(row, 3);
  turn.worker = row.text(4);
  turn.parent = key_of(row, 5);
  turn.hyperparameters = json(row, 7, hyperparameters_from_json);
  turn.from_step = count(row, 8);
  turn.to_step = count(row, 9, turn.from_step);
  turn.partial = row.boolean(10);
  turn.score = row.real(11);
  if (!(turn.score < std::numeric_limits<double>::infinity())) row.damaged(to_string(turn.key) + " has no score");
  turn.samples = json(row, 12, samples_from_json);
  turn.metrics = json(row, 13, metrics_from_json);
  turn.checkpoint = checkpoint(row, 14);
  turn.started_ms = time_ms(row, 17);
  turn.ended_ms = time_ms(row, 18);
  return turn;
}

Decision decision_of(const Query& row) {
  Decision decision;
  decision.member = small_count(row, 0);
  decision.turn = small_count(row, 1);
  decision.revision = small_count(row, 2);
  decision.sequence = count(row, 3, 1);
  decision.kind = enumerator<DecisionKind>(row, 4, 5);
  decision.weights = key_of(row, 5);
  decision.donor = key_of(row, 7);
  if (!row.is_null(9)) decision.imported = checkpoint(row, 9);
  decision.hyperparameters = json(row, 12, hyperparameters_from_json);
  decision.reason = row.text(13);
  decision.snapshot = count(row, 14);
  decision.attempt = small_count(row, 15);
  return decision;
}

Failure failure_of(const Query& row) {
  Failure failure;
  failure.turn = {small_count(row, 0), small_count(row, 1, 1)};
  failure.fence = count(row, 2);
  failure.worker = row.text(3);
  failure.what = {enumerator<FailureKind>(row, 4, 9), row.text(5), row.text(6), row.integer(7)};
  failure.steps_lost = count(row, 8);
  failure.time_ms = time_ms(row, 9);
  failure.sequence = count(row, 10, 1);
  return failure;
}

rules::CheckpointRow checkpoint_of(const Query& row) {
  return {checkpoint(row, 0), key_of(row, 3), row.boolean(5), row.boolean(6), row.boolean(7)};
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
      "UPDATE members SET state = ?, turns = ?, steps_done = ?, steps_lost = ?, failures = ?, setbacks = ?, "
      "broken = ?, standing_member = ?, standing_idx = ?, next_turn = ?, next_revision = ?, weights_member = ?, "
      "weights_idx = ?, fence = ?, worker = ?, lease_until_ms = ?, not_before_ms = ? WHERE experiment = ? AND id = ?",
      static_cast<int>(member.state), member.turns, member.steps_done, member.steps_lost, member.failures,
      member.setbacks, member.broken, member_of(standing), index_of(standing), next_turn, next_revision,
      member_of(weights), index_of(weights), member.fence, member.worker, member.lease_until_ms, member.not_before_ms,
      experiment, member.id);
}

void replace(Connection& connection, std::int64_t experiment, const rules::CheckpointRow& row) {
  static const std::string sql =
      "INSERT OR REPLACE INTO checkpoints (experiment, " + checkpoint_columns + ") VALUES (?, ?,?,?,?,?,?,?,?)";
  connection.execute(sql, experiment, row.checkpoint.name, static_cast<std::int64_t>(row.checkpoint.bytes),
                     row.checkpoint.checksum, member_of(row.turn), index_of(row.turn), row.named, row.pinned,
                     row.removed);
}

}  // namespace pbt::sqlite
