#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "check/check.h"
#include "pbt/assignment.h"

namespace pbt {

/// One turn as it was played.
struct Played {
  Assignment turn;
  std::optional<Report> report;         ///< absent when the turn failed
  std::optional<TrainerFailure> fault;  ///< of this turn, or of the one that it was to start from
  Checkpoint checkpoint;
};

/// What is done to a trainer in the middle of a turn, and what came of it.
struct Interruption {
  enum What { kill, save, abandon } what;
  bool happened = false;
  double seconds = 0;  ///< from the interruption to the end of the turn
};

/// A turn to play. Turns of the same member and index have the same seed, whatever trainer they are played in.
struct Ask {
  int member = 0;                  ///< 0 or 1
  const Played* parent = nullptr;  ///< null: from nothing
  bool stay_in_memory = false;     ///< resident weights, when the trainer lists the parent; else always the folder
  int index = 0;                   ///< 0: the one after the parent's
  std::int64_t steps = 0;          ///< 0: the usual
  const Hyperparameters* hyperparameters = nullptr;  ///< null: the member's own
  Interruption* interruption = nullptr;
};

/// Plays turns of two imagined members through a trainer, without a record, and remembers what is to be said of all of
/// them.
class Rehearsal {
 public:
  Rehearsal(const Experiment& experiment, std::function<std::unique_ptr<Trainer>()> make_trainer,
            CheckpointStorage& storage, const CheckOptions& options);

  [[nodiscard]] std::unique_ptr<Trainer> new_trainer() const { return make_trainer_(); }
  /// The parent must still be alive and its checkpoint not forgotten. A turn whose parent failed is not played, and has
  /// its fault.
  [[nodiscard]] Played play(Trainer& trainer, const Ask& ask);
  /// The first way in which what was measured differs, for people; empty when it is the same. Both have reports.
  [[nodiscard]] std::string difference(const Played& expected, const Played& got) const;
  /// Removes the bytes of all checkpoints but this one.
  void forget_all_but(const Checkpoint& kept);
  /// New hyperparameters for member 0, in place of those of draw 0.
  void draw_again(std::uint64_t draw) { hyperparameters_.at(0) = draw_hyperparameters(draw); }

  [[nodiscard]] const Experiment& experiment() const { return experiment_; }
  [[nodiscard]] const Hyperparameters& hyperparameters() const { return hyperparameters_.at(0); }
  [[nodiscard]] std::int64_t steps() const { return steps_; }
  /// Of a turn that is certainly still under way when a usual one would be over.
  [[nodiscard]] std::int64_t long_steps() const;

  /// Metrics that no comparison looks at: they were seen not to repeat (times, for example).
  std::set<std::string> unsteady;
  std::string finding;  ///< what is being worked on, for CheckOptions::progress

  // Seen in all turns so far:
  [[nodiscard]] const std::optional<TrainerFailure>& steps_fault() const { return steps_fault_; }
  [[nodiscard]] const std::string& changed_parent() const { return changed_parent_; }  ///< empty: none was
  [[nodiscard]] std::int64_t overshoot_steps() const { return overshoot_steps_; }      ///< the most
  [[nodiscard]] bool loaded() const { return loaded_; }
  [[nodiscard]] bool has_processes() const { return has_processes_; }
  [[nodiscard]] bool asks_to_stop() const { return asks_to_stop_; }

 private:
  Hyperparameters draw_hyperparameters(std::uint64_t draw) const;
  Assignment assignment_of(const Trainer& trainer, const Ask& ask);
  Outcome train(Trainer& trainer, const Assignment& turn, Interruption* interruption);
  void publish(Played& played);
  [[nodiscard]] bool is_whole(const Checkpoint& checkpoint);
  void inspect(const Ask& ask, Played& played);

  const Experiment& experiment_;
  std::function<std::unique_ptr<Trainer>()> make_trainer_;
  CheckpointStorage& storage_;
  const CheckOptions& options_;
  std::int64_t steps_;
  std::map<int, Hyperparameters> hyperparameters_;  ///< by member

  std::set<pid_t> strangers_;  ///< processes that were here before
  int fence_ = 0;              ///< turns played; makes their ids differ
  double shortest_s_ = 0;      ///< of the turns of the usual length; 0: none was played
  std::optional<TrainerFailure> steps_fault_;
  std::string changed_parent_;
  std::int64_t overshoot_steps_ = 0;
  bool loaded_ = false;
  bool has_processes_ = false;
  bool asks_to_stop_ = false;
};

}  // namespace pbt
