#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pbt/value.h"

namespace pbt {

/// Names a turn within its experiment: the member, and its turn counted from 1.
struct TurnKey {
  int member = 0;
  int index = 0;
  friend auto operator<=>(const TurnKey&, const TurnKey&) = default;
};

/// "m3.t7"
[[nodiscard]] std::string to_string(TurnKey key);

/// "m3.t7.f12": a turn under one lease, as trainers and checkpoint names know it.
[[nodiscard]] std::string turn_id(TurnKey key, std::int64_t fence);

/// Published, immutable bytes, by reference.
struct Checkpoint {
  std::string name;         ///< unique in the experiment: a turn_id, or "initial-..." for imported bytes
  std::uint64_t bytes = 0;  ///< size of all its files
  std::string checksum;     ///< 32 hexadecimal digits over names, sizes and contents
  int files = 0;            ///< how many it has; 0: unknown, of a record from before they were counted
  /// The checksum says how many files there are, whether they were counted or not.
  friend bool operator==(const Checkpoint& a, const Checkpoint& b) {
    return a.name == b.name && a.bytes == b.bytes && a.checksum == b.checksum;
  }
};

/// One turn of one member, as recorded. Never changed once committed.
struct Turn {
  TurnKey key;
  std::int64_t fence = 0;
  std::string worker;
  std::optional<TurnKey>
      parent;  ///< whose checkpoint it started from; none: it started afresh (or from imported bytes)
  Hyperparameters hyperparameters;
  std::int64_t from_step = 0;  ///< the parent's to_step: the age of the weights
  std::int64_t to_step = 0;
  bool partial = false;  ///< cut short by a stop: continued later, neither ready nor a donor
  double score = 0;      ///< higher is better; -infinity: diverged
  std::vector<double> samples;
  Metrics metrics;
  Checkpoint checkpoint;
  std::int64_t started_ms = 0;  ///< milliseconds since 1970, by the worker's clock
  std::int64_t ended_ms = 0;
  std::int64_t sequence = 0;  ///< position in the record, given by the store at commit

  [[nodiscard]] std::int64_t steps() const { return to_step - from_step; }
};

enum class DecisionKind {
  start,    ///< begin with fresh (or imported) weights
  proceed,  ///< "continue" everywhere outside C++: go on with its own weights
  copy,     ///< take a donor's weights, hyperparameters or both
  wait,     ///< until another member's commit ends it
  stop,     ///< train no more
};

[[nodiscard]] std::string to_string(DecisionKind kind);

/// What a member does next, and what that was decided on.
struct Decision {
  int member = 0;
  int turn = 0;      ///< taken after this turn of the member; 0: before its first
  int revision = 0;  ///< 0 at the turn's end; later ones (replacement after failures, rewind, inject) count up
  DecisionKind kind = DecisionKind::proceed;
  std::optional<TurnKey> weights;  ///< the turn whose checkpoint the next turn starts from; none: afresh, or `imported`
  std::optional<TurnKey> donor;    ///< copy: the turn that was copied from
  std::optional<Checkpoint> imported;  ///< start: pretrained bytes
  Hyperparameters hyperparameters;     ///< in effect from the next turn on
  std::string reason;                  ///< for people, e.g. "truncation: 14th of 16, copies 2nd"
  std::int64_t snapshot = 0;           ///< sequence of the last entry that the decision saw, the turn itself apart
  int attempt = 0;                     ///< of deciding; enters the random key
  std::int64_t sequence = 0;           ///< position in the record, given by the store at commit
};

enum class FailureKind {
  crash,
  timeout,
  protocol,
  reported,
  too_few_steps,
  no_metric,
  not_in_effect,
  checkpoint,
  abandoned
};

[[nodiscard]] std::string to_string(FailureKind kind);

/// What a trainer did wrong. A value, never an exception.
struct TrainerFailure {
  FailureKind kind = FailureKind::crash;
  std::string message;    ///< what happened and what to do
  std::string log_tail;   ///< the trainer's own last lines
  std::int64_t step = 0;  ///< the step it had reported when it failed; 0: unknown
};

/// A failed attempt at a turn, as recorded. Its steps count as compute.
struct Failure {
  TurnKey turn;  ///< the turn that was tried
  std::int64_t fence = 0;
  std::string worker;
  TrainerFailure what;
  std::int64_t steps_lost = 0;
  std::int64_t time_ms = 0;
  std::int64_t sequence = 0;
};

}  // namespace pbt
