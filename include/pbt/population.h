#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "pbt/turn.h"

namespace pbt {

using TurnPointer = std::shared_ptr<const Turn>;
using DecisionPointer = std::shared_ptr<const Decision>;

enum class MemberState {
  unborn,     ///< no hyperparameters yet
  ready,      ///< its next turn can be taken
  undecided,  ///< synchronous: its turn is done (or its failures too many), the round's decisions are not
  waiting,    ///< until another member's commit ends it
  stopped,    ///< trains no more
};

[[nodiscard]] std::string to_string(MemberState state);

/// One slot of the population, as its record leaves it.
struct Member {
  int id = 0;
  MemberState state = MemberState::unborn;
  int turns = 0;                ///< index of its last turn; also counts partial ones
  std::int64_t steps_done = 0;  ///< steps that the member itself trained, in recorded turns
  std::int64_t steps_lost = 0;  ///< steps of its failed attempts
  int failures = 0;             ///< since its last turn or replacement
  int setbacks = 0;             ///< failed attempts since its last turn, whatever replaced it in between
  bool broken = false;          ///< its failures passed the limit; a replacement is due
  TurnPointer last;             ///< its own last turn; null before the first
  TurnPointer standing;         ///< the turn whose weights it holds: its own last one, or its donor's after a copy
  DecisionPointer next;         ///< its latest decision: what the next turn starts from; null while unborn
  // The lease, which no decision may depend on:
  std::int64_t fence = 0;
  std::string worker;  ///< empty: not leased
  std::int64_t lease_until_ms = 0;
  std::int64_t not_before_ms = 0;  ///< backoff after a failure

  /// The score it stands at; -infinity before its first turn.
  [[nodiscard]] double score() const;
};

/// A consistent snapshot of all members. A value; turns are shared, immutable.
struct Population {
  std::vector<Member> members;
  std::int64_t sequence = 0;  ///< of the last entry of the record that it includes
  int starts = 0;             ///< start decisions so far
  TurnPointer best;           ///< the highest score of any complete turn; among equals the lowest index, then member
  std::vector<TurnPointer> history;  ///< in order of sequence; only as far back as was asked for

  [[nodiscard]] std::int64_t steps_done() const;  ///< of all members, failed ones included
  [[nodiscard]] bool finished() const;            ///< every member is stopped
};

/// Finds a recorded turn; decisions name turns that need not be any member's last.
using TurnLookup = std::function<TurnPointer(TurnKey)>;

// The record's meaning, as pure transitions: a store's members table and a replay of its log must agree, and
// both do because both call these.

/// A population of `size` unborn members.
[[nodiscard]] Population unborn_population(int size);
/// After a turn the member stands at it and is undecided until a decision follows.
void apply(Population& population, const TurnPointer& turn);
void apply(Population& population, const DecisionPointer& decision, const TurnLookup& find);
void apply(Population& population, const Failure& failure, bool broken);

// The same for one member alone.
void apply(Member& member, const TurnPointer& turn);
void apply(Member& member, const DecisionPointer& decision, const TurnLookup& find);
void apply(Member& member, const Failure& failure, bool broken);

/// Whether `turn` comes before `best` (null: none yet): a higher score, or as high with a lower index, then member.
/// Partial and diverged turns never do.
[[nodiscard]] bool is_better(const Turn& turn, const Turn* best);

}  // namespace pbt
