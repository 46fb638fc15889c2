#pragma once

#include <memory>

#include "pbt/folder.h"

namespace pbt::lander {

struct Model;

/// Writes the weights, Adam's state with its learning rate, and the step into one file, "model.bin"; equal models give
/// equal bytes.
void save(Model& model, const Folder& folder);
/// A model as it was saved, learning rate included: apply the turn's hyperparameters afterwards.
/// Throws std::runtime_error where the file is no such checkpoint, std::system_error where there is no file.
[[nodiscard]] std::unique_ptr<Model> load(const Folder& folder);

}  // namespace pbt::lander
