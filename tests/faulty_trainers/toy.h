#pragma once

#include <string>
#include <vector>

#include "pbt/assignment.h"

namespace pbt::toy {

/// A deterministic little optimisation: stochastic gradient descent with momentum on a quadratic, the noise from the
/// turn's seed. Metric "loss", lower is better; hyperparameters "learning_rate" and "momentum"; checkpoint: the small
/// text file model.txt. It keeps the weights of its last turn in memory (resident_max 1), reports what is in effect,
/// and stops when asked.
///
/// `fault`: "good", or the one thing that this trainer does wrong:
///   overwrites_hyperparameters   loading a checkpoint restores the old values, and it says so
///   lies_about_hyperparameters   the same, but it says that the new ones are in effect
///   leaks_state                  the optimiser's state of the turn before, of whichever member, goes into the next
///   ignores_seed                 two turns with the same seed differ
///   too_few_steps                stops one step early
///   no_metric, wrong_metric      reports nothing, or "los"
///   nan                          its loss is NaN
///   hangs                        says its first progress, then nothing, whatever it is asked
///   crashes_mid_turn             ends with exit status 7 after its first progress
///   aborts_mid_turn              ends by SIGABRT after its first progress
///   fails                        reports a failure and lives on
///   saves_nothing, saves_symlink what it leaves in the checkpoint's folder
///   saves_not_all                rounds the weights: the score is another after a load
///   forgets_optimizer            saves no momentum: going on in memory differs from going on after a load
///   half_written                 keeps state in a file beside its checkpoints, which a kill leaves half written and
///   which the next turn needs writes_to_load               changes the checkpoint that it loads
[[nodiscard]] TrainFunction make_toy(const std::string& fault);

/// The names above, "good" first.
[[nodiscard]] const std::vector<std::string>& faults();

}  // namespace pbt::toy
