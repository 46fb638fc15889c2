#pragma once

#include <c10/core/Device.h>

#include <memory>
#include <string>

#include "pbt/assignment.h"
#include "translation/config.h"
#include "translation/corpus.h"
#include "translation/search.h"
#include "translation/transformer.h"

namespace pbt::translation {

/// What a trainer is started with and never tunes.
struct Settings {
  Sizes sizes;
  std::string device = "auto";  ///< as trainers::device_from() reads it
  Search search;                ///< for the validation of a turn
};

/// The device that is asked for. Throws std::invalid_argument where it, the sizes or the search are impossible.
c10::Device require_possible(const Settings& settings);

/// Trains a Transformer to translate `task`; one step is one update on one batch. The function keeps the weights of its
/// last turn in memory (resident_max 1). It serves one thread; make one for each, of one task.
///
/// Hyperparameters (all optional, see fields()): `defaults` hold where a turn does not name them. Metrics: `bleu` of
/// the validation's translations, 0 to 100, NaN where the weights diverged; `validation_loss`, the mean negative
/// log-likelihood of a symbol, in nats; `training_loss`, the same with dropout over the turn's last batches.
/// Throws as require_possible() does.
[[nodiscard]] TrainFunction make_translation_trainer(std::shared_ptr<const Task> task, const Settings& settings,
                                                     const Config& defaults = {});

}  // namespace pbt::translation
