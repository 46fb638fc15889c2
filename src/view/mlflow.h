#pragma once

#include <functional>
#include <string>

#include "pbt/experiment.h"
#include "pbt/store.h"

namespace pbt {

/// A file of that path, relative to the folder, and content.
using WriteExported = std::function<void(const std::string& path, const std::string& text)>;

/// The record as MLflow's tracking folder (its "file store"): an experiment of the same name, in it a run a member with
/// its hyperparameters as parameters, and score, metrics and numeric hyperparameters over steps along the lineage that
/// the member stands on, and its schedule as an artifact; of diverged turns no score. Written again it replaces itself;
/// records of the same name are runs of one experiment.
/// `folder`: where it goes, absolute. Throws StoreError, and what `write` throws.
void write_mlflow(const Experiment& experiment, const RunReader& reader, const std::string& folder,
                  const WriteExported& write);

/// A name that a trainer chose, as one that MLflow takes and that is no path: "loss/train" is "loss.train".
[[nodiscard]] std::string mlflow_name(const std::string& name);

}  // namespace pbt
