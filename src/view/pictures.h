#pragma once

#include <string>
#include <vector>

#include "pbt/experiment.h"
#include "pbt/population.h"
#include "view/lineage.h"

namespace pbt {

// Pictures of a population, as SVG. All are pure; `turns` is the whole record in order of sequence, `population` a
// snapshot whose best turn, if it has one, is among them.

/// Score against step: each member's present lineage, from its first member's first turn; the best turn's on top. A
/// curve follows its lineage through copies, and never jumps from one to another.
[[nodiscard]] std::string curves_picture(const Experiment& experiment, const std::vector<TurnPointer>& turns,
                                         const Population& population);

/// A panel for each hyperparameter that is searched: every turn's value over the steps that it trained, coloured by its
/// score's rank; on top the schedule that led to the best turn.
[[nodiscard]] std::string schedules_picture(const Experiment& experiment, const std::vector<TurnPointer>& turns,
                                            const Population& population);

/// Who descends from whom, as in the paper's figures of lineages (Jaderberg et al., 2017, section 4.4): the first
/// members near the middle, time outwards and in colour, copies as branches; the way to the best turn is drawn thick.
[[nodiscard]] std::string lineage_picture(const Experiment& experiment, const std::vector<TurnPointer>& turns,
                                          const Population& population);

}  // namespace pbt
