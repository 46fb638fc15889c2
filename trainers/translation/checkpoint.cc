#include "translation/checkpoint.h"

#include <stdexcept>

#include "common/tensor_file.h"

namespace pbt::translation {
namespace {

constexpr const char* file_name = "model.tensors";

constexpr std::pair<const char*, std::int64_t Sizes::*> size_names[] = {{"width", &Sizes::width},
                                                                        {"layers", &Sizes::layers},
                                                                        {"heads", &Sizes::heads},
                                                                        {"feed_forward", &Sizes::feed_forward}};

[[noreturn]] void refuse(const std::string& what, const std::string& saved, const std::string& here) {
  throw std::runtime_error("the checkpoint's " + what + " is " + saved + ", and this trainer's is " + here +
                           ": start the trainer as it was when the checkpoint was saved, or train anew");
}

}  // namespace

const char* name_of(Embeddings embeddings) {
  return embeddings == Embeddings::shared ? "shared" : embeddings == Embeddings::target ? "target" : "separate";
}

Embeddings embeddings_from(const std::string& name) {
  for (const Embeddings kind : {Embeddings::shared, Embeddings::target, Embeddings::separate})
    if (name == name_of(kind)) return kind;
  throw std::invalid_argument("embeddings \"" + name + "\": expected shared, target or separate");
}

void save(Model& model, const Task& task, const Folder& folder) {
  trainers::TensorFile file;
  trainers::put_module(file, "network", model.network);
  trainers::put_adam(file, "adam", model.network, model.optimiser);
  file.texts["step"] = std::to_string(model.step);
  for (const auto& [name, size] : size_names) file.texts[name] = std::to_string(model.sizes.*size);
  file.texts["embeddings"] = name_of(model.sizes.embeddings);
  file.texts["source"] = task.languages.source;
  file.texts["target"] = task.languages.target;
  file.texts["codes"] = task.codes->to_text();
  trainers::write_tensors(folder, file_name, file);
}

Saved load(const Folder& folder, const c10::Device& device) {
  const trainers::TensorFile file = trainers::read_tensors(folder, file_name);
  Saved saved;
  saved.languages = {file.text("source"), file.text("target")};
  saved.codes = std::make_shared<const Codes>(Codes::from_text(file.text("codes"), "the checkpoint's codes"));
  Sizes sizes;
  for (const auto& [name, size] : size_names) sizes.*size = file.integer(name);
  sizes.embeddings = embeddings_from(file.text("embeddings"));
  require_possible(sizes);
  saved.model = std::make_unique<Model>(sizes, saved.codes->vocabulary(), /*seed=*/0, device);
  saved.model->step = file.integer("step");
  trainers::get_module(file, "network", saved.model->network);
  trainers::get_adam(file, "adam", saved.model->network, saved.model->optimiser);
  return saved;
}

std::unique_ptr<Model> load_for(const Task& task, const Sizes& sizes, const Folder& folder, const c10::Device& device) {
  Saved saved = load(folder, device);
  const Sizes& found = saved.model->sizes;
  for (const auto& [name, size] : size_names)
    if (found.*size != sizes.*size) refuse(name, std::to_string(found.*size), std::to_string(sizes.*size));
  if (found.embeddings != sizes.embeddings) refuse("embeddings", name_of(found.embeddings), name_of(sizes.embeddings));
  if (saved.languages.source != task.languages.source || saved.languages.target != task.languages.target)
    refuse("direction", saved.languages.source + " to " + saved.languages.target,
           task.languages.source + " to " + task.languages.target);
  if (saved.codes->to_text() != task.codes->to_text())
    refuse("vocabulary", "one of " + std::to_string(saved.codes->vocabulary()) + " symbols",
           "another, of " + std::to_string(task.codes->vocabulary()) +
               " (codes are learnt from the training text: it, or "
               "--vocabulary or --codes, has changed)");
  return std::move(saved.model);
}

}  // namespace pbt::translation
