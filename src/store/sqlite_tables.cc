#include "store/sqlite_tables.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "pbt/error.h"
#include "store/sqlite_rows.h"

namespace pbt::sqlite {
namespace {

constexpr std::size_t kept_min = 1'024;  ///< about 1 KB each; with more, pbt itself would grow with the record

}  // namespace

Tables::Tables(Connection& connection, const std::string& experiment) : connection_(connection) {
  auto query = connection_.query("SELECT id, population FROM experiments WHERE name = ?", experiment);
  if (query.next()) {
    experiment_ = query.integer(0);
    kept_max_ = std::max(kept_min, 4 * static_cast<std::size_t>(query.integer(1)));
    return;
  }
  std::vector<std::string> names;
  for (auto all = connection_.query("SELECT name FROM experiments ORDER BY name"); all.next();)
    names.push_back(all.text(0));
  throw StoreError(fmt::format("{}: holds no experiment \"{}\"; there {}: {}", connection_.file().string(), experiment,
                               names.size() == 1 ? "is" : "are",
                               names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "))));
}

void Tables::forget() {
  turns_kept_.clear();
  decisions_kept_.clear();
}

void Tables::make_room() {
  if (turns_kept_.size() >= kept_max_) turns_kept_.clear();
  if (decisions_kept_.size() >= kept_max_) decisions_kept_.clear();
}

RunStatus Tables::status() {
  auto row = connection_.query(
      "SELECT name, specification, state, reason, created_ms, training_ms FROM experiments JOIN progress ON experiment "
      "= id WHERE id = ?",
      experiment_);
  if (!row.next())
    throw StoreError(fmt::format("{}: damaged: the experiment's row is gone", connection_.file().string()));
  return {row.text(0), row.text(1), run_state_of(row, 2), row.text(3), row.integer(4), row.integer(5)};
}

RunState Tables::state() {
  auto row = connection_.query("SELECT state FROM experiments WHERE id = ?", experiment_);
  return row.next() ? run_state_of(row, 0) : RunState::failed;
}

void Tables::put(const SetState& state) {
  connection_.execute("UPDATE experiments SET state = ?, reason = ? WHERE id = ?", static_cast<int>(state.state),
                      state.reason, experiment_);
}

void Tables::put(const SetSpecification& specification) {
  connection_.execute("UPDATE experiments SET specification = ? WHERE id = ?", specification.text, experiment_);
}

rules::Progress Tables::progress() {
  auto row = connection_.query(
      "SELECT sequence, starts, training_ms, best_member, best_idx FROM progress WHERE experiment = ?", experiment_);
  if (!row.next())
    throw StoreError(fmt::format("{}: damaged: the experiment's progress is gone", connection_.file().string()));
  return {row.integer(0), row.small(1), row.integer(2), key_of(row, 3)};
}

void Tables::put(const rules::Progress& progress) {
  std::optional<int> member, index;
  if (progress.best) {
    member = progress.best->member;
    index = progress.best->index;
  }
  connection_.execute(
      "UPDATE progress SET sequence = ?, starts = ?, training_ms = ?, best_member = ?, best_idx = ? WHERE experiment = "
      "?",
      progress.sequence, progress.starts, progress.training_ms, member, index, experiment_);
}

Member Tables::read_member(const Query& row) {
  MemberRow read = member_of(row);
  Member& member = read.member;
  const auto named = [&](TurnKey key) {
    TurnPointer found = turn(key);
    if (!found) row.damaged(fmt::format("member {} goes on from {}, which is not there", member.id, to_string(key)));
    return found;
  };
  if (member.turns > 0) member.last = named({member.id, member.turns});
  if (read.standing) member.standing = named(*read.standing);
  if (read.next) member.next = decision(member.id, read.next->first, read.next->second);
  return std::move(member);
}

Member Tables::member(int id) {
  static const std::string sql = "SELECT " + member_columns + " FROM members WHERE experiment = ? AND id = ?";
  auto row = connection_.query(sql, experiment_, id);
  if (!row.next())
    throw StoreError(fmt::format("{}: there is no member {} in this experiment", connection_.file().string(), id));
  return read_member(row);
}

void Tables::put(const Member& member) { update(connection_, experiment_, member); }

void Tables::put_lease(const Member& member) {
  connection_.execute("UPDATE members SET fence = ?, worker = ?, lease_until_ms = ? WHERE experiment = ? AND id = ?",
                      member.fence, member.worker, member.lease_until_ms, experiment_, member.id);
}

std::vector<rules::Candidate> Tables::candidates(const LeaseRequest& request, std::int64_t now_ms) {
  std::vector<rules::Candidate> candidates;
  std::set<int> seen;
  const auto take = [&](Query query) {
    while (query.next()) {
      const int id = query.small(0);
      const std::int64_t progress = rules::progress_of(query.integer(2), query.small(3), request);
      if (seen.insert(id).second) candidates.push_back({id, query.integer(1) == 0, progress, key_of(query, 4)});
    }
  };
  const auto unborn = static_cast<int>(MemberState::unborn);
  const auto ready = static_cast<int>(MemberState::ready);
  static const std::string columns =
      "SELECT id, state, steps_done, setbacks, weights_member, weights_idx FROM members ";
  static const std::string leasable =
      "WHERE experiment = ? AND not_before_ms <= ? AND (worker = '' OR lease_until_ms <= ?) AND state = ? ";
  static const std::string least = columns + leasable + "AND setbacks = 0 ORDER BY steps_done, id LIMIT ?";
  static const std::string most = columns + leasable + "AND setbacks = 0 ORDER BY steps_done DESC, id LIMIT ?";
  static const std::string failing = columns + leasable + "AND setbacks > 0";
  static const std::string at_hand =
      columns + "INDEXED BY members_by_weights " + leasable + "AND weights_member = ? AND weights_idx = ?";
  // The first few of each state suffice, beside those that failed lately and those whose weights are at hand.
  take(connection_.query(least, experiment_, now_ms, now_ms, unborn, request.count));
  const std::string& first = request.order == Order::least_progress ? least : most;
  take(connection_.query(first, experiment_, now_ms, now_ms, ready, request.count));
  take(connection_.query(failing, experiment_, now_ms, now_ms, ready));
  for (const TurnKey& key : request.resident)
    take(connection_.query(at_hand, experiment_, now_ms, now_ms, ready, key.member, key.index));
  return candidates;
}

TurnPointer Tables::read_turn(const Query& row) {
  const TurnKey key{row.small(0), row.small(1)};
  if (const auto kept = turns_kept_.find(key); kept != turns_kept_.end()) return kept->second;
  return std::make_shared<const Turn>(turn_of(row));
}

TurnPointer Tables::turn(TurnKey key) {
  if (const auto kept = turns_kept_.find(key); kept != turns_kept_.end()) return kept->second;
  static const std::string sql =
      "SELECT " + turn_columns + " FROM turns WHERE experiment = ? AND member = ? AND idx = ?";
  auto row = connection_.query(sql, experiment_, key.member, key.index);
  if (!row.next()) return nullptr;
  make_room();
  return turns_kept_[key] = read_turn(row);
}

void Tables::append(const TurnPointer& turn) {
  insert(connection_, experiment_, *turn);
  make_room();
  turns_kept_[turn->key] = turn;
}

DecisionPointer Tables::decision(int member, int turn, int revision) {
  const std::tuple key(member, turn, revision);
  if (const auto kept = decisions_kept_.find(key); kept != decisions_kept_.end()) return kept->second;
  static const std::string sql = "SELECT " + decision_columns +
                                 " FROM decisions WHERE experiment = ? AND member = ? AND turn = ? AND revision = ?";
  auto row = connection_.query(sql, experiment_, member, turn, revision);
  if (!row.next())
    throw StoreError(fmt::format("{}: damaged: a decision for member {} is gone", connection_.file().string(), member));
  make_room();
  return decisions_kept_[key] = std::make_shared<const Decision>(decision_of(row));
}

std::optional<std::int64_t> Tables::decision_fence(int member, int turn, int revision) {
  auto row =
      connection_.query("SELECT fence FROM decisions WHERE experiment = ? AND member = ? AND turn = ? AND revision = ?",
                        experiment_, member, turn, revision);
  return row.next() ? std::optional(row.integer(0)) : std::nullopt;
}

void Tables::append(const DecisionPointer& decision, std::int64_t fence) {
  insert(connection_, experiment_, *decision, fence);
  make_room();
  decisions_kept_[{decision->member, decision->turn, decision->revision}] = decision;
}

bool Tables::has_failure(TurnKey turn, std::int64_t fence) {
  return connection_
      .query("SELECT 1 FROM failures WHERE experiment = ? AND member = ? AND idx = ? AND fence = ?", experiment_,
             turn.member, turn.index, fence)
      .next();
}

void Tables::append(const Failure& failure, bool broken) { insert(connection_, experiment_, failure, broken); }

std::vector<rules::Interval> Tables::take_training(rules::Interval interval) {
  std::vector<rules::Interval> taken;
  auto query = connection_.query(
      "DELETE FROM training WHERE experiment = ? AND to_ms >= ? AND from_ms <= ? RETURNING from_ms, to_ms", experiment_,
      interval.from_ms, interval.to_ms);
  while (query.next()) taken.push_back({query.integer(0), query.integer(1)});
  return taken;
}

void Tables::put_training(rules::Interval interval) {
  connection_.execute("INSERT INTO training (experiment, to_ms, from_ms) VALUES (?, ?, ?)", experiment_, interval.to_ms,
                      interval.from_ms);
}

std::optional<rules::CheckpointRow> Tables::checkpoint(const std::string& name) {
  static const std::string sql = "SELECT " + checkpoint_columns + " FROM checkpoints WHERE experiment = ? AND name = ?";
  auto row = connection_.query(sql, experiment_, name);
  return row.next() ? std::optional(checkpoint_of(row)) : std::nullopt;
}

void Tables::put(const rules::CheckpointRow& row) { replace(connection_, experiment_, row); }

std::vector<rules::CheckpointRow> Tables::removable(int member, int up_to_index) {
  static const std::string sql =
      "SELECT " + checkpoint_columns +
      " FROM checkpoints INDEXED BY checkpoints_standing WHERE experiment = ? AND member = ? AND idx <= ? "
      "AND removed = 0 AND pinned = 0";
  std::vector<rules::CheckpointRow> rows;
  for (auto query = connection_.query(sql, experiment_, member, up_to_index); query.next();)
    rows.push_back(checkpoint_of(query));
  return rows;
}

std::vector<rules::CheckpointRow> Tables::removable_imports() {
  static const std::string sql = "SELECT " + checkpoint_columns +
                                 " FROM checkpoints INDEXED BY checkpoints_standing WHERE experiment = ? AND member IS "
                                 "NULL AND removed = 0 AND named = 1 AND pinned = 0";
  std::vector<rules::CheckpointRow> rows;
  for (auto query = connection_.query(sql, experiment_); query.next();) rows.push_back(checkpoint_of(query));
  return rows;
}

Population Tables::population(int history_turns) {
  const rules::Progress now = progress();
  Population population{{}, now.sequence, now.starts, nullptr, {}};
  static const std::string members = "SELECT " + member_columns + " FROM members WHERE experiment = ? ORDER BY id";
  for (auto query = connection_.query(members, experiment_); query.next();) {
    population.members.push_back(read_member(query));
    const auto count = static_cast<int>(population.members.size());
    if (population.members.back().id != count - 1)
      query.damaged(fmt::format("the row of member {} is gone", count - 1));
  }
  if (now.best) population.best = turn(*now.best);
  if (history_turns == 0) return population;
  // A negative LIMIT means none to SQLite.
  static const std::string latest =
      "SELECT " + turn_columns + " FROM turns WHERE experiment = ? ORDER BY sequence DESC LIMIT ?";
  for (auto query = connection_.query(latest, experiment_, history_turns); query.next();)
    population.history.push_back(read_turn(query));
  std::ranges::reverse(population.history);
  return population;
}

std::vector<TurnPointer> Tables::turns(std::int64_t after, int limit) {
  static const std::string sql =
      "SELECT " + turn_columns + " FROM turns WHERE experiment = ? AND sequence > ? ORDER BY sequence LIMIT ?";
  std::vector<TurnPointer> turns;
  for (auto query = connection_.query(sql, experiment_, after, std::max(limit, 0)); query.next();)
    turns.push_back(read_turn(query));
  return turns;
}

std::vector<Decision> Tables::decisions(std::int64_t after, int limit) {
  static const std::string sql =
      "SELECT " + decision_columns + " FROM decisions WHERE experiment = ? AND sequence > ? ORDER BY sequence LIMIT ?";
  std::vector<Decision> decisions;
  for (auto query = connection_.query(sql, experiment_, after, std::max(limit, 0)); query.next();)
    decisions.push_back(decision_of(query));
  return decisions;
}

std::vector<Failure> Tables::failures(std::int64_t after, int limit) {
  static const std::string sql =
      "SELECT " + failure_columns + " FROM failures WHERE experiment = ? AND sequence > ? ORDER BY sequence LIMIT ?";
  std::vector<Failure> failures;
  for (auto query = connection_.query(sql, experiment_, after, std::max(limit, 0)); query.next();)
    failures.push_back(failure_of(query));
  return failures;
}

std::vector<Checkpoint> Tables::checkpoints() {
  static const std::string sql =
      "SELECT " + checkpoint_columns +
      " FROM checkpoints INDEXED BY checkpoints_standing WHERE experiment = ? AND removed = 0 ORDER BY name";
  std::vector<Checkpoint> standing;
  for (auto query = connection_.query(sql, experiment_); query.next();)
    standing.push_back(checkpoint_of(query).checkpoint);
  return standing;
}

}  // namespace pbt::sqlite
