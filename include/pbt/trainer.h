#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "pbt/assignment.h"
#include "pbt/turn.h"

namespace pbt {

using Outcome = std::variant<Report, TrainerFailure>;

/// Trains turns. One thread at a time. Never throws for what the trainer does wrong: that is an Outcome.
class Trainer {
 public:
  virtual ~Trainer() = default;
  /// How many turns it can train in one batch. May start the trainer.
  [[nodiscard]] virtual int batch_max() { return 1; }
  /// Ids of the turns whose weights are in its memory now.
  [[nodiscard]] virtual std::vector<std::string> resident() const { return {}; }
  /// Trains all of them, at most batch_max(); one outcome each, in the same order. Returns soon after `control` asks to
  /// stop.
  [[nodiscard]] virtual std::vector<Outcome> train(const std::vector<Assignment>& turns, TurnControl& control) = 0;
  /// Forgets resident weights; unknown ids are ignored.
  virtual void drop(const std::vector<std::string>& ids) { (void)ids; }
};

/// A trainer in this process. `resident_max`: how many turns' weights `train` keeps between calls (it is then
/// given Weights::resident for those).
[[nodiscard]] std::unique_ptr<Trainer> make_function_trainer(TrainFunction train, int resident_max = 0);

}  // namespace pbt
