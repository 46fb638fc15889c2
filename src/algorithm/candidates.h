#pragma once

#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "pbt/experiment.h"
#include "pbt/population.h"

namespace pbt {

/// Which turn of a peer a member compares itself with.
enum class Compare {
  latest,       ///< its own last one
  equal_steps,  ///< its latest complete turn whose weights are no older than the member's own
};

/// A member as exploit sees it, by one turn of its own.
struct Candidate {
  int member = 0;
  double score = 0;  ///< -infinity: diverged, or its failures passed the limit; never NaN
  const TurnPointer* turn = nullptr;
  bool held = false;  ///< whether its weights can be had: a member that has copied since is ranked, but not copied

  [[nodiscard]] bool can_donate() const { return held && std::isfinite(score); }
};

/// Higher scores first, the lower member among equals: a total order, so that a ranking is the same everywhere.
[[nodiscard]] inline bool ranks_before(const Candidate& a, const Candidate& b) {
  return a.score != b.score ? a.score > b.score : a.member < b.member;
}

/// Everyone that can be ranked, by member: those whose own last turn is complete. Members without a turn and those cut
/// short are left out, and so is, under `equal_steps`, a peer without a turn that early. Points into `population`.
/// A copy does not rank at its donor's score: it has yet to show its own (docs/adr/0009).
[[nodiscard]] std::vector<Candidate> candidates(const Population& population, int member, Compare compare);

/// The candidates that `member` could copy from: of other members, and not the very turn that it stands at.
[[nodiscard]] std::vector<Candidate> peers(const Population& population, int member, Compare compare);

/// Where `member` itself stands among `all`; null when it is not there.
[[nodiscard]] const Candidate* find_member(const std::vector<Candidate>& all, int member);

/// The experiment's [algorithm] compare.
[[nodiscard]] Compare compare_setting(const Experiment& experiment);

/// "1st", "2nd", "13th"
[[nodiscard]] std::string ordinal(std::size_t n);

}  // namespace pbt
