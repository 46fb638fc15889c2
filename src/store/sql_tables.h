#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "pbt/store.h"
#include "store/rules.h"

namespace pbt::sql {

/// One experiment's rows over one connection, inside the transactions of its owner: what the rules ask for, and what
/// readers do. `Connection`: sqlite.h's or postgres.h's; where they speak other dialects, the connection says how.
/// Parsed turns and decisions are kept, as they never change once committed; call forget() when a transaction did not
/// commit.
template <class Connection>
class Tables {
  using Query = typename Connection::Query;

 public:
  /// Throws StoreError, with the names that there are, when the store has no such experiment.
  Tables(Connection& connection, const std::string& experiment);

  void forget();

  [[nodiscard]] std::int64_t experiment() const { return experiment_; }  ///< its number in the rows

  [[nodiscard]] RunStatus status();
  [[nodiscard]] RunState state();
  void put(const SetState& state);
  void put(const SetSpecification& specification);

  [[nodiscard]] rules::Progress progress();
  void put(const rules::Progress& progress);
  [[nodiscard]] Member member(int id);
  void put(const Member& member);
  void put_lease(const Member& member);
  void release_all_of(const std::string& worker);
  [[nodiscard]] std::vector<rules::Candidate> candidates(const LeaseRequest& request, std::int64_t now_ms);

  [[nodiscard]] TurnPointer turn(TurnKey key);
  void append(const TurnPointer& turn);
  [[nodiscard]] std::optional<std::int64_t> decision_fence(int member, int turn, int revision);
  void append(const DecisionPointer& decision, std::int64_t fence);
  [[nodiscard]] bool has_failure(TurnKey turn, std::int64_t fence);
  void append(const Failure& failure, bool broken);

  [[nodiscard]] std::vector<rules::Interval> take_training(rules::Interval interval);
  void put_training(rules::Interval interval);

  [[nodiscard]] std::optional<rules::CheckpointRow> checkpoint(const std::string& name);
  void put(const rules::CheckpointRow& row);
  [[nodiscard]] std::vector<rules::CheckpointRow> removable(int member, int up_to_index);
  [[nodiscard]] std::vector<rules::CheckpointRow> removable_imports();

  [[nodiscard]] Population population(int history_turns);
  [[nodiscard]] Population snapshot(int history_turns);  ///< leases apart
  [[nodiscard]] std::vector<TurnPointer> turns(std::int64_t after, int limit);
  [[nodiscard]] std::vector<Decision> decisions(std::int64_t after, int limit);
  [[nodiscard]] std::vector<Failure> failures(std::int64_t after, int limit);
  [[nodiscard]] std::vector<Checkpoint> checkpoints();

 private:
  [[nodiscard]] Member read_member(const Query& row);
  [[nodiscard]] TurnPointer read_turn(const Query& row);
  [[nodiscard]] DecisionPointer decision(int member, int turn, int revision);
  void make_room();
  void keep(const TurnPointer& turn);
  void keep(const DecisionPointer& decision);
  [[nodiscard]] std::vector<TurnPointer> latest_turns(int count);
  [[nodiscard]] TurnLookup finder();

  /// Keeps what others have appended since the last look, by two questions in place of two for each member, and takes
  /// the population that is followed on by it. False: none is, or no longer.
  bool catch_up(std::int64_t sequence);
  /// True: that entry, just appended, is the next of the population that is followed.
  [[nodiscard]] bool leads_on(std::int64_t sequence);

  Connection& connection_;
  std::int64_t experiment_ = 0;
  std::int64_t population_ = 0;
  std::size_t kept_max_ = 0;
  std::int64_t caught_up_ = -1;         ///< the last entry that catch_up() has seen; -1: none yet
  std::optional<Population> followed_;  ///< as of that entry, leases apart
  std::map<TurnKey, TurnPointer> turns_kept_;
  std::map<std::tuple<int, int, int>, DecisionPointer> decisions_kept_;  ///< by member, turn, revision
};

}  // namespace pbt::sql
