#pragma once

#include <memory>

#include "pbt/folder.h"
#include "translation/corpus.h"
#include "translation/model.h"

namespace pbt::translation {

/// A checkpoint as it was saved: enough to translate with, without the training text.
struct Saved {
  std::unique_ptr<Model> model;
  Languages languages;
  std::shared_ptr<const Codes> codes;
};

/// Writes weights, Adam's state, the step, the sizes, the languages and the codes into one file, "model.tensors"; equal
/// models give equal bytes.
void save(Model& model, const Task& task, const Folder& folder);

/// Throws std::runtime_error where the file is no such checkpoint, std::system_error where there is no file.
[[nodiscard]] Saved load(const Folder& folder, const c10::Device& device);

/// The same, to go on training on `task` with a network of `sizes`. Throws std::runtime_error where the checkpoint is
/// of other sizes, languages or codes, naming them.
[[nodiscard]] std::unique_ptr<Model> load_for(const Task& task, const Sizes& sizes, const Folder& folder,
                                              const c10::Device& device);

/// "shared", "target" or "separate".
[[nodiscard]] const char* name_of(Embeddings embeddings);
/// Throws std::invalid_argument where it is none of them.
[[nodiscard]] Embeddings embeddings_from(const std::string& name);

}  // namespace pbt::translation
