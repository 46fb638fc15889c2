#include "store/sql_tables.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <set>

#include "pbt/error.h"
#include "store/postgres.h"
#include "store/sql_create.h"
#include "store/sql_rows.h"
#include "store/sqlite.h"

namespace pbt::sql {
namespace {

constexpr std::size_t kept_min = 1'024;  ///< about 1 KB each; with more, pbt itself would grow with the record

}  // namespace

template <class Connection>
Tables<Connection>::Tables(Connection& connection, const std::string& experiment) : connection_(connection) {
  auto query = connection_.query("SELECT id, population FROM experiments WHERE name = ?", experiment);
  if (query.next()) {
    experiment_ = query.integer(0);
    population_ = query.integer(1);
    kept_max_ = std::max(kept_min, 4 * static_cast<std::size_t>(population_));
    return;
  }
  const std::vector<std::string> names = sql::names(connection_);
  throw StoreError(fmt::format("{}: holds no experiment \"{}\"; there {}: {}", connection_.name(), experiment,
                               names.size() == 1 ? "is" : "are",
                               names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "))));
}

template <class Connection>
void Tables<Connection>::forget() {
  turns_kept_.clear();
  decisions_kept_.clear();
  caught_up_ = -1;
  followed_.reset();
}

template <class Connection>
void Tables<Connection>::put(const SetState& state) {
  connection_.execute("UPDATE experiments SET state = ?, reason = ? WHERE id = ?", static_cast<int>(state.state),
                      state.reason, experiment_);
}

template <class Connection>
void Tables<Connection>::put(const SetSpecification& specification) {
  connection_.execute("UPDATE experiments SET specification = ? WHERE id = ?", specification.text, experiment_);
}

template <class Connection>
rules::Progress Tables<Connection>::progress() {
  auto row = connection_.query(
      "SELECT sequence, starts, training_ms, best_member, best_idx FROM progress WHERE experiment = ?", experiment_);
  if (!row.next()) throw StoreError(fmt::format("{}: damaged: the experiment's progress is gone", connection_.name()));
  return {row.integer(0), row.small(1), row.integer(2), key_of(row, 3)};
}

template <class Connection>
void Tables<Connection>::put(const rules::Progress& progress) {
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

template <class Connection>
Member Tables<Connection>::member(int id) {
  static const std::string sql =
      "SELECT " + member_columns + " FROM members WHERE experiment = ? AND id = ?" + Connection::to_change;
  auto row = connection_.query(sql, experiment_, id);
  if (!row.next())
    throw StoreError(fmt::format("{}: there is no member {} in this experiment", connection_.name(), id));
  return read_member(row);
}

template <class Connection>
void Tables<Connection>::put(const Member& member) {
  update(connection_, experiment_, member);
}

template <class Connection>
void Tables<Connection>::put_lease(const Member& member) {
  connection_.execute("UPDATE members SET fence = ?, worker = ?, lease_until_ms = ? WHERE experiment = ? AND id = ?",
                      member.fence, member.worker, member.lease_until_ms, experiment_, member.id);
}

template <class Connection>
void Tables<Connection>::release_all_of(const std::string& worker) {
  connection_.execute("UPDATE members SET worker = '', lease_until_ms = 0 WHERE experiment = ? AND worker = ?",
                      experiment_, worker);
}

template <class Connection>
std::vector<rules::Candidate> Tables<Connection>::candidates(const LeaseRequest& request, std::int64_t now_ms) {
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
  static const std::string lock = Connection::to_change_unless_locked;
  static const std::string least = columns + leasable + "AND setbacks = 0 ORDER BY steps_done, id LIMIT ?" + lock;
  static const std::string most = columns + leasable + "AND setbacks = 0 ORDER BY steps_done DESC, id LIMIT ?" + lock;
  static const std::string failing = columns + leasable + "AND setbacks > 0" + lock;
  static const std::string at_hand = columns + Connection::by_index("members_by_weights") + leasable +
                                     "AND weights_member = ? AND weights_idx = ?" + lock;
  // The first few of each state suffice, beside those that failed lately and those whose weights are at hand.
  take(connection_.query(least, experiment_, now_ms, now_ms, unborn, request.count));
  const std::string& first = request.order == Order::least_progress ? least : most;
  take(connection_.query(first, experiment_, now_ms, now_ms, ready, request.count));
  take(connection_.query(failing, experiment_, now_ms, now_ms, ready));
  for (const TurnKey& key : request.resident)
    take(connection_.query(at_hand, experiment_, now_ms, now_ms, ready, key.member, key.index));
  return candidates;
}

template <class Connection>
TurnPointer Tables<Connection>::read_turn(const Query& row) {
  const TurnKey key{row.small(0), row.small(1)};
  if (const auto kept = turns_kept_.find(key); kept != turns_kept_.end()) return kept->second;
  return std::make_shared<const Turn>(turn_of(row));
}

template <class Connection>
TurnPointer Tables<Connection>::turn(TurnKey key) {
  if (const auto kept = turns_kept_.find(key); kept != turns_kept_.end()) return kept->second;
  static const std::string sql =
      "SELECT " + turn_columns + " FROM turns WHERE experiment = ? AND member = ? AND idx = ?";
  auto row = connection_.query(sql, experiment_, key.member, key.index);
  if (!row.next()) return nullptr;
  TurnPointer found = read_turn(row);
  keep(found);
  return found;
}

template <class Connection>
void Tables<Connection>::append(const TurnPointer& turn) {
  insert(connection_, experiment_, *turn);
  keep(turn);
  if (leads_on(turn->sequence)) apply(*followed_, turn);
}

template <class Connection>
DecisionPointer Tables<Connection>::decision(int member, int turn, int revision) {
  const std::tuple key(member, turn, revision);
  if (const auto kept = decisions_kept_.find(key); kept != decisions_kept_.end()) return kept->second;
  static const std::string sql = "SELECT " + decision_columns +
                                 " FROM decisions WHERE experiment = ? AND member = ? AND turn = ? AND revision = ?";
  auto row = connection_.query(sql, experiment_, member, turn, revision);
  if (!row.next())
    throw StoreError(fmt::format("{}: damaged: a decision for member {} is gone", connection_.name(), member));
  const auto found = std::make_shared<const Decision>(decision_of(row));
  keep(found);
  return found;
}

template <class Connection>
std::optional<std::int64_t> Tables<Connection>::decision_fence(int member, int turn, int revision) {
  auto row =
      connection_.query("SELECT fence FROM decisions WHERE experiment = ? AND member = ? AND turn = ? AND revision = ?",
                        experiment_, member, turn, revision);
  return row.next() ? std::optional(row.integer(0)) : std::nullopt;
}

template <class Connection>
void Tables<Connection>::append(const DecisionPointer& decision, std::int64_t fence) {
  insert(connection_, experiment_, *decision, fence);
  keep(decision);
  if (leads_on(decision->sequence)) apply(*followed_, decision, finder());
}

template <class Connection>
bool Tables<Connection>::has_failure(TurnKey turn, std::int64_t fence) {
  return connection_
      .query("SELECT 1 FROM failures WHERE experiment = ? AND member = ? AND idx = ? AND fence = ?", experiment_,
             turn.member, turn.index, fence)
      .next();
}

template <class Connection>
void Tables<Connection>::append(const Failure& failure, bool broken) {
  insert(connection_, experiment_, failure, broken);
  if (leads_on(failure.sequence)) apply(*followed_, failure, broken);
}

template <class Connection>
std::vector<rules::Interval> Tables<Connection>::take_training(rules::Interval interval) {
  std::vector<rules::Interval> taken;
  auto query = connection_.query(
      "DELETE FROM training WHERE experiment = ? AND to_ms >= ? AND from_ms <= ? RETURNING from_ms, to_ms", experiment_,
      interval.from_ms, interval.to_ms);
  while (query.next()) taken.push_back({query.integer(0), query.integer(1)});
  return taken;
}

template <class Connection>
void Tables<Connection>::put_training(rules::Interval interval) {
  connection_.execute("INSERT INTO training (experiment, to_ms, from_ms) VALUES (?, ?, ?)", experiment_, interval.to_ms,
                      interval.from_ms);
}

template <class Connection>
void Tables<Connection>::put(const rules::CheckpointRow& row) {
  replace(connection_, experiment_, row);
}

template class Tables<sqlite::Connection>;
template class Tables<postgres::Connection>;

}  // namespace pbt::sql
