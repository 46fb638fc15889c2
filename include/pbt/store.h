#pragma once

#include <chrono>
#include <limits>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "pbt/algorithm.h"
#include "pbt/population.h"
#include "pbt/turn.h"

namespace pbt {

enum class RunState { running, paused, done, failed };

[[nodiscard]] std::string to_string(RunState state);

/// Where an experiment stands, the population apart.
struct RunStatus {
  std::string experiment;
  std::string specification;  ///< the experiment file's text (TOML), as last allowed to change
  RunState state = RunState::running;
  std::string reason;  ///< why it is paused, done or failed
  std::int64_t created_ms = 0;
  std::int64_t training_ms = 0;  ///< time in which at least one turn was being trained: the union of recorded turns
};

/// Names this record among all, those of experiments of the same name too: "lander-1764172800123".
[[nodiscard]] std::string record_id(const RunStatus& status);

/// Reads the record of one experiment. Thread-safe. Each call is one consistent snapshot. Throws StoreError.
class RunReader {
 public:
  virtual ~RunReader() = default;
  [[nodiscard]] virtual RunStatus status() const = 0;
  /// `history_turns`: the latest so many turns of the whole population in `history`; 0: none, -1: all.
  [[nodiscard]] virtual Population population(int history_turns = 0) const = 0;
  [[nodiscard]] virtual TurnPointer turn(TurnKey key) const = 0;  ///< null when there is none
  /// Entries with sequence > `after`, in that order, at most `limit`.
  [[nodiscard]] virtual std::vector<TurnPointer> turns(std::int64_t after, int limit) const = 0;
  [[nodiscard]] virtual std::vector<Decision> decisions(std::int64_t after, int limit) const = 0;
  [[nodiscard]] virtual std::vector<Failure> failures(std::int64_t after, int limit) const = 0;
  /// Checkpoints that stand: named by a turn or a start, and not marked removed. Sorted by name.
  [[nodiscard]] virtual std::vector<Checkpoint> checkpoints() const = 0;
};

/// A worker's right to take a member's next turn.
struct Lease {
  Member member;  ///< as it stood when the lease was taken; its fence is the lease's own
  std::string worker;

  [[nodiscard]] TurnKey turn() const { return {member.id, member.turns + 1}; }
  [[nodiscard]] std::int64_t fence() const { return member.fence; }
};

struct LeaseRequest {
  std::string worker;
  int count = 1;
  Order order = Order::least_progress;
  std::vector<TurnKey>
      resident;  ///< preferred among members of equal progress: whose next turn starts from one of these
  std::chrono::milliseconds duration{60'000};
  /// A setback counts as so many steps in the order, so that a member that keeps failing does not keep the others from
  /// being served.
  std::int64_t steps_a_setback = 0;
};

/// An unborn member's first hyperparameters. The lease goes on. A conflict when another start came since `starts_seen`.
struct StartMember {
  Lease lease;
  Decision decision;
  int starts_seen = 0;
};

struct FinishedTurn {
  Lease lease;
  Turn turn;
  std::optional<Decision> decision;  ///< none in synchronous mode: the member becomes undecided
};

/// Appends turns and their decisions and releases the leases, all in one transaction.
/// A conflict when a decision's donor or weights name a checkpoint that is marked removed.
struct FinishTurns {
  std::vector<FinishedTurn> turns;
};

/// Records a failed attempt and releases the lease.
struct FailTurn {
  Lease lease;
  Failure failure;
  bool broken = false;                  ///< failures passed the limit
  std::optional<Decision> replacement;  ///< what the algorithm says then; none in synchronous mode
  std::chrono::milliseconds backoff{0};
};

/// Decides for members that are undecided, waiting, stopped or ready and not leased: a synchronous round, the end of a
/// wait, a raised budget, an injection, a rewind. All or nothing; a conflict when any of them has moved on (its `turns`
/// or revision differ) or a checkpoint is gone.
struct Decide {
  std::vector<Decision> decisions;
  std::optional<Lease> lease;  ///< a rewind comes from the member's own lease, which it releases
};

/// Gives leases back without a turn.
struct Release {
  std::vector<Lease> leases;
};

using Commit = std::variant<StartMember, FinishTurns, FailTurn, Decide, Release>;

enum class CommitResult {
  committed,
  repeated,    ///< this (member, turn, fence) is already in the record: the answer was lost, not the commit
  lease_lost,  ///< another fence has come; nothing of this lease was recorded
  conflict,    ///< nothing was recorded: decide again on a fresh snapshot
};

// What people may ask of an experiment.
struct SetState {
  RunState state;
  std::string reason;
};
struct SetSpecification {
  std::string text;
};
struct Pin {
  std::string checkpoint;  ///< keeps its bytes until unpinned
  bool pinned = true;
};
/// Names imported bytes in the record, so that they stand until collected.
struct Import {
  Checkpoint checkpoint;
};
using Control = std::variant<SetState, SetSpecification, Pin, Import>;

/// For collect: no turn's bytes can be lost any more.
constexpr std::int64_t all_flushed = std::numeric_limits<std::int64_t>::max();

/// The record of one experiment. Thread-safe; many processes may share one. Leases are by the store's own clock. Throws
/// StoreError; after a throw nothing, or the whole, of the call is recorded, and repeating it is safe.
class Store : public RunReader {
 public:
  /// What to decide on: population(), but what leases do to members (fence, worker, times), on which no decision may
  /// depend, may be missing or old. For many workers on one store it is much less to read.
  [[nodiscard]] virtual Population snapshot(int history_turns = 0) const { return population(history_turns); }
  /// Leases up to `count` members that are unborn or ready, past their backoff, and not under a live lease; fences
  /// grow. Fewer, or none, without waiting. None unless the experiment is running.
  [[nodiscard]] virtual std::vector<Lease> acquire(const LeaseRequest& request) = 0;
  /// Prolongs those leases that still stand; answers for each whether it does.
  [[nodiscard]] virtual std::vector<bool> renew(const std::vector<Lease>& leases,
                                                std::chrono::milliseconds duration) = 0;
  /// One result a lease (FinishTurns, Release), else one. Lost leases do not keep the others from being committed; a
  /// conflict does.
  [[nodiscard]] virtual std::vector<CommitResult> commit(const Commit& commit) = 0;
  virtual void control(const Control& control) = 0;
  /// Marks checkpoints removed that nothing needs, beside the `keep_last` latest of each member, and returns them:
  /// their bytes may go. Needed: the weights or imported bytes of any member's latest decision, any member's last turn
  /// while undecided, the best so far, pins. `flushed`: the sequence up to which the turns' bytes are safe from a power
  /// cut; of a later turn that a member stands at, its ancestors are needed too, up to the first that is safe.
  [[nodiscard]] virtual std::vector<Checkpoint> collect(int keep_last, std::int64_t flushed = all_flushed) = 0;
};

}  // namespace pbt
