#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "pbt/store.h"
#include "store/rules.h"
#include "store/sqlite.h"

namespace pbt::sqlite {

/// One experiment's rows over one connection, inside the transactions of its owner: what the rules ask for, and what
/// readers do. Parsed turns and decisions are kept, as they never change once committed; call forget() when a
/// transaction did not commit.
class Tables {
 public:
  /// Throws StoreError, with the names that there are, when the store has no such experiment.
  Tables(Connection& connection, const std::string& experiment);

  void forget();

  [[nodiscard]] RunStatus status();
  [[nodiscard]] RunState state();
  void put(const SetState& state);
  void put(const SetSpecification& specification);

  [[nodiscard]] rules::Progress progress();
  void put(const rules::Progress& progress);
  [[nodiscard]] Member member(int id);
  void put(const Member& member);
  void put_lease(const Member& member);
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
  [[nodiscard]] std::vector<TurnPointer> turns(std::int64_t after, int limit);
  [[nodiscard]] std::vector<Decision> decisions(std::int64_t after, int limit);
  [[nodiscard]] std::vector<Failure> failures(std::int64_t after, int limit);
  [[nodiscard]] std::vector<Checkpoint> checkpoints();

 private:
  [[nodiscard]] Member read_member(const Query& row);
  [[nodiscard]] TurnPointer read_turn(const Query& row);
  [[nodiscard]] DecisionPointer decision(int member, int turn, int revision);
  void make_room();

  Connection& connection_;
  std::int64_t experiment_ = 0;
  std::size_t kept_max_ = 0;
  std::map<TurnKey, TurnPointer> turns_kept_;
  std::map<std::tuple<int, int, int>, DecisionPointer> decisions_kept_;  ///< by member, turn, revision
};

}  // namespace pbt::sqlite
