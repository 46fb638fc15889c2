#include "store/sql_rows.h"

#include <fmt/format.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "pbt/error.h"
#include "store/postgres.h"
#include "store/sqlite.h"

namespace pbt::sql {
namespace {

constexpr std::int64_t count_max = json_integer_max;  // of steps and entries, as in messages
constexpr std::int64_t sum_max = count_max * 16;      // of a member's steps, copies included

/// A column's JSON text, read by one of core's functions.
template <class Query, class Read>
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
template <class Enum, class Query>
Enum enumerator(const Query& row, int column, int count) {
  const std::int64_t number = row.integer(column);
  if (number < 0 || number >= count) row.damaged(fmt::format("a row holds the unknown code {}", number));
  return static_cast<Enum>(number);
}

/// A number that counts something, from `least` on.
template <class Query>
std::int64_t count(const Query& row, int column, std::int64_t least = 0, std::int64_t most = count_max) {
  const std::int64_t number = row.integer(column);
  if (number < least || number > most)
    row.damaged(fmt::format("a row holds the number {}, which is out of range", number));
  return number;
}
template <class Query>
int small_count(const Query& row, int column, int least = 0) {
  (void)count(row, column, least);
  return row.small(column);
}

/// Milliseconds since 1970, of any clock that a worker may have.
template <class Query>
std::int64_t time_ms(const Query& row, int column) {
  return count(row, column, -count_max);
}

template <class Query>
Checkpoint checkpoint(const Query& row, int column) {
  return {row.text(column), static_cast<std::uint64_t>(count(row, column + 1)), row.text(column + 2),
          small_count(row, column + 3)};
}

}  // namespace

const std::string member_columns =
    "id, state, turns, steps_done, steps_lost, failures, broken, standing_member, standing_idx, next_turn, "
    "next_revision, fence, worker, lease_until_ms, not_before_ms, setbacks";
const std::string turn_columns =
    "member, idx, sequence, fence, worker, parent_member, parent_idx, hyperparameters, from_step, to_step, partial, "
    "score, samples, metrics, checkpoint, bytes, checksum, files, started_ms, ended_ms";
const std::string decision_columns =
    "member, turn, revision, sequence, kind, weights_member, weights_idx, donor_member, donor_idx, imported, "
    "imported_bytes, imported_checksum, imported_files, hyperparameters, reason, snapshot, attempt";
const std::string failure_columns =
    "member, idx, fence, worker, kind, message, log_tail, step, steps_lost, time_ms, sequence";
const std::string checkpoint_columns = "name, bytes, checksum, files, member, idx, named, pinned, removed";

template <class Query>
std::optional<TurnKey> key_of(const Query& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return TurnKey{small_count(row, column), small_count(row, column + 1, 1)};
}

template <class Query>
RunState run_state_of(const Query& row, int column) {
  return enumerator<RunState>(row, column, 4);
}

template <class Query>
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

template <class Query>
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
  turn.started_ms = time_ms(row, 18);
  turn.ended_ms = time_ms(row, 19);
  return turn;
}

template <class Query>
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
  decision.hyperparameters = json(row, 13, hyperparameters_from_json);
  decision.reason = row.text(14);
  decision.snapshot = count(row, 15);
  decision.attempt = small_count(row, 16);
  return decision;
}

template <class Query>
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

template <class Query>
rules::CheckpointRow checkpoint_of(const Query& row) {
  return {checkpoint(row, 0), key_of(row, 4), row.boolean(6), row.boolean(7), row.boolean(8)};
}

#define PBT_ROWS_OF(database)                                          \
  template std::optional<TurnKey> key_of(const database::Query&, int); \
  template RunState run_state_of(const database::Query&, int);         \
  template MemberRow member_of(const database::Query&);                \
  template Turn turn_of(const database::Query&);                       \
  template Decision decision_of(const database::Query&);               \
  template Failure failure_of(const database::Query&);                 \
  template rules::CheckpointRow checkpoint_of(const database::Query&)
PBT_ROWS_OF(sqlite);
PBT_ROWS_OF(postgres);
#undef PBT_ROWS_OF

}  // namespace pbt::sql
