#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "pbt/folder.h"
#include "pbt/value.h"

namespace pbt {

/// Where a turn's weights come from.
enum class Weights {
  none,      ///< initialise them from the seed
  folder,    ///< load them from Assignment::load
  resident,  ///< still in the trainer's memory under Assignment::parent; `load` holds the same
};

/// What a worker asks a trainer to do in one turn. A turn is a function of these values and of nothing else.
struct Assignment {
  std::string id;         ///< names the turn everywhere: "m3.t7.f12" (member, turn, fence)
  int member = 0;         ///< from 0
  int index = 1;          ///< the member's turn, from 1
  std::int64_t seed = 0;  ///< 0 <= seed < 2^31
  Hyperparameters hyperparameters;
  std::int64_t from_step = 0;  ///< the age of the weights, in the trainer's own steps
  std::int64_t steps = 0;      ///< steps to train, > 0
  Weights weights = Weights::none;
  std::string parent;  ///< id of the turn whose weights these are; empty when there is none
  Folder load;         ///< read only; absent when weights is none
  Folder save;         ///< empty; what is in it when the turn ends is the checkpoint

  [[nodiscard]] std::int64_t target_step() const { return from_step + steps; }
};

/// What a trainer reports of a turn that it trained.
struct Report {
  std::int64_t step = 0;        ///< the age reached: >= Assignment::target_step(), unless partial
  Metrics metrics;              ///< must hold the objective's metric; NaN means that the turn diverged
  std::vector<double> samples;  ///< what the score was made of, e.g. the last episode returns
  /// The values in effect at the end, read back from where they act (the optimiser, not the assignment).
  /// Names left out are not checked.
  Hyperparameters in_effect;
  std::vector<std::string> unread;  ///< hyperparameters that the trainer never looked at
  bool partial = false;             ///< saved before all steps were done, because it was asked to stop
};

/// How a running turn should end early.
enum class Stop { no, save, abandon };

/// The trainer's line back to its worker while a turn runs. Called from the thread that trains.
class TurnControl {
 public:
  virtual ~TurnControl() = default;
  /// Says how far the turn is. Cheap; shown live, never recorded as a score.
  virtual void progress(const Assignment& turn, std::int64_t step, const Metrics& metrics) = 0;
  /// Ask at least once a second. `save`: evaluate, save and return a report with `partial`;
  /// `abandon`: throw Abandoned.
  [[nodiscard]] virtual Stop stop_requested() = 0;
};

/// Thrown out of a TrainFunction whose turn was abandoned.
struct Abandoned {};

/// Trains one turn: load (or initialise), apply the hyperparameters, train, evaluate, save, report.
/// An exception is this turn's failure, with its what() as the message; the trainer lives on.
using TrainFunction = std::function<Report(const Assignment&, TurnControl&)>;

}  // namespace pbt
