#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>
#include <variant>

#include "core/entry.h"
#include "pbt/error.h"
#include "store/postgres.h"
#include "store/sql_rows.h"
#include "store/sql_tables.h"
#include "store/sqlite.h"

namespace pbt::sql {
namespace {

/// The member that the entry is about, and the turn that it stands after when the entry comes.
TurnKey origin_of(const Entry& entry) {
  if (const auto* turn = std::get_if<TurnPointer>(&entry)) return {(*turn)->key.member, (*turn)->key.index - 1};
  if (const auto* decision = std::get_if<DecisionPointer>(&entry)) return {(*decision)->member, (*decision)->turn};
  const TurnKey failed = std::get<Failure>(entry).turn;
  return {failed.member, failed.index - 1};
}

bool is_next(const Population& population, const Entry& entry) {
  const auto [member, turns] = origin_of(entry);
  return sequence_of(entry) == population.sequence + 1 && member >= 0 &&
         member < static_cast<int>(population.members.size()) &&
         population.members[static_cast<std::size_t>(member)].turns == turns;
}

}  // namespace

template <class Connection>
Member Tables<Connection>::read_member(const Query& row) {
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

template <class Connection>
Population Tables<Connection>::population(int history_turns) {
  const rules::Progress now = progress();
  (void)catch_up(now.sequence);
  Population population{{}, now.sequence, now.starts, nullptr, {}};
  static const std::string members = "SELECT " + member_columns + " FROM members WHERE experiment = ? ORDER BY id";
  for (auto query = connection_.query(members, experiment_); query.next();) {
    population.members.push_back(read_member(query));
    const auto count = static_cast<int>(population.members.size());
    if (population.members.back().id != count - 1)
      query.damaged(fmt::format("the row of member {} is gone", count - 1));
  }
  if (now.best) population.best = turn(*now.best);
  population.history = latest_turns(history_turns);
  return population;
}

template <class Connection>
Population Tables<Connection>::snapshot(int history_turns) {
  if (!followed_ || !catch_up(progress().sequence)) followed_ = population(0);
  Population population = *followed_;
  population.history = latest_turns(history_turns);
  return population;
}

template <class Connection>
std::vector<TurnPointer> Tables<Connection>::latest_turns(int count) {
  std::vector<TurnPointer> turns;
  if (count == 0) return turns;
  const std::int64_t most = count < 0 ? std::numeric_limits<std::int64_t>::max() : count;
  static const std::string latest =
      "SELECT " + turn_columns + " FROM turns WHERE experiment = ? ORDER BY sequence DESC LIMIT ?";
  for (auto query = connection_.query(latest, experiment_, most); query.next();) turns.push_back(read_turn(query));
  std::ranges::reverse(turns);
  return turns;
}

template <class Connection>
bool Tables<Connection>::catch_up(std::int64_t sequence) {
  const bool is_known = caught_up_ >= 0 && sequence - caught_up_ <= static_cast<std::int64_t>(kept_max_);
  if (!is_known) followed_.reset();
  // Of a record not looked at lately the latest entries: most members stand at some of them.
  const std::int64_t after = is_known ? caught_up_ : std::max<std::int64_t>(0, sequence - 2 * population_);
  std::vector<Entry> entries;
  std::set<std::int64_t> broken;  // failures that passed the limit
  if (sequence > after) {
    // Put in order here: PostgreSQL would copy them all to sort them.
    static const std::string later = " WHERE experiment = ? AND sequence > ?";
    static const std::string turns = "SELECT " + turn_columns + " FROM turns" + later;
    for (auto query = connection_.query(turns, experiment_, after); query.next();) {
      TurnPointer turn = read_turn(query);
      keep(turn);
      entries.emplace_back(std::move(turn));
    }
    static const std::string decisions = "SELECT " + decision_columns + " FROM decisions" + later;
    for (auto query = connection_.query(decisions, experiment_, after); query.next();) {
      auto decision = std::make_shared<const Decision>(decision_of(query));
      keep(decision);
      entries.emplace_back(std::move(decision));
    }
    // What a failure means for its member; not its words.
    static const std::string failures = "SELECT member, idx, steps_lost, sequence, broken FROM failures" + later;
    if (followed_)
      for (auto query = connection_.query(failures, experiment_, after); query.next();) {
        Failure failure;
        failure.turn = {query.small(0), query.small(1)};
        failure.steps_lost = query.integer(2);
        failure.sequence = query.integer(3);
        if (query.boolean(4)) broken.insert(failure.sequence);
        entries.emplace_back(std::move(failure));
      }
  }
  caught_up_ = sequence;
  if (!followed_) return false;
  std::ranges::sort(entries, {}, sequence_of);
  for (const Entry& entry : entries) {
    if (!is_next(*followed_, entry))
      throw StoreError(
          fmt::format("{}: damaged: entry {} of the record is not what follows on entry {}; restore a copy",
                      connection_.name(), sequence_of(entry), followed_->sequence));
    if (const auto* turn = std::get_if<TurnPointer>(&entry)) apply(*followed_, *turn);
    if (const auto* decision = std::get_if<DecisionPointer>(&entry)) apply(*followed_, *decision, finder());
    if (const auto* failure = std::get_if<Failure>(&entry))
      apply(*followed_, *failure, broken.contains(failure->sequence));
  }
  return true;
}

template <class Connection>
void Tables<Connection>::make_room() {
  if (turns_kept_.size() >= kept_max_) turns_kept_.clear();
  if (decisions_kept_.size() >= kept_max_) decisions_kept_.clear();
}

template <class Connection>
void Tables<Connection>::keep(const TurnPointer& turn) {
  make_room();
  turns_kept_[turn->key] = turn;
}

template <class Connection>
void Tables<Connection>::keep(const DecisionPointer& decision) {
  make_room();
  decisions_kept_[{decision->member, decision->turn, decision->revision}] = decision;
}

template <class Connection>
bool Tables<Connection>::leads_on(std::int64_t sequence) {
  if (sequence != caught_up_ + 1) return false;
  caught_up_ = sequence;
  return followed_.has_value();
}

template <class Connection>
TurnLookup Tables<Connection>::finder() {
  return [this](TurnKey key) {
    TurnPointer found = turn(key);
    if (!found)
      throw StoreError(fmt::format("{}: damaged: a member goes on from {}, which is not there; restore a copy",
                                   connection_.name(), to_string(key)));
    return found;
  };
}

#define PBT_POPULATION_OF(database)                                                  \
  template Member Tables<database::Connection>::read_member(const database::Query&); \
  template Population Tables<database::Connection>::population(int);                 \
  template Population Tables<database::Connection>::snapshot(int);                   \
  template std::vector<TurnPointer> Tables<database::Connection>::latest_turns(int); \
  template bool Tables<database::Connection>::catch_up(std::int64_t);                \
  template bool Tables<database::Connection>::leads_on(std::int64_t);                \
  template void Tables<database::Connection>::make_room();                           \
  template void Tables<database::Connection>::keep(const TurnPointer&);              \
  template void Tables<database::Connection>::keep(const DecisionPointer&);          \
  template TurnLookup Tables<database::Connection>::finder()
PBT_POPULATION_OF(sqlite);
PBT_POPULATION_OF(postgres);
#undef PBT_POPULATION_OF

}  // namespace pbt::sql
