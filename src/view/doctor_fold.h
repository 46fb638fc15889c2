#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "pbt/algorithm.h"
#include "pbt/store.h"
#include "view/doctor_log.h"

namespace pbt {

/// Rolls a population forward along the log, entry by entry, and says what is wrong with each. Entries that break the
/// log's grammar are left out, so that the others can be judged.
class CheckedFold {
 public:
  using Say = std::function<void(std::string violation)>;

  /// `history_turns`: as Algorithm has it.
  CheckedFold(const RunReader& reader, int members, int history_turns, Say say);

  [[nodiscard]] Population& population() { return population_; }
  /// `broken`: of a failure: the failures had passed the limit.
  void take(const Entry& entry, bool broken);
  /// Compares with the members as the store has them.
  void compare(const Population& cache) const;

 private:
  /// What later entries may ask about a turn.
  struct Facts {
    std::int64_t to_step = 0;
    std::int64_t sequence = 0;  ///< 0: the turn is missing
    bool can_donate = false;
  };

  void take(const TurnPointer& turn);
  void take(const DecisionPointer& decision);
  void take(const Failure& failure, bool broken);
  void check_start(const Turn& turn, const Member& member);
  void check_donor(const Decision& decision);
  void check_fence(TurnKey key, std::int64_t fence);
  [[nodiscard]] bool is_member(int member, std::int64_t sequence) const;
  [[nodiscard]] const Facts* facts(TurnKey key) const;
  [[nodiscard]] TurnPointer find(TurnKey key) const;

  const RunReader& reader_;
  const int history_turns_;
  Say say_;
  Population population_;
  std::vector<std::map<int, Facts>> turns_;  ///< by member, then index: a damaged record names any
  std::vector<std::int64_t> fences_;         ///< the last one of each member
};

}  // namespace pbt
