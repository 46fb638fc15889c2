#include <torch/types.h>

#include <sstream>
#include <stdexcept>

#include "common/tensor_file.h"
#include "rl/model.h"

namespace pbt::rl {
namespace {

using trainers::TensorFile;

constexpr const char* file_name = "model.safetensors";

/// What a checkpoint must have in common with the trainer that loads it: name, value.
using Kind = std::vector<std::pair<std::string, std::string>>;

std::string described(const Spaces& spaces) {
  std::ostringstream text;
  for (const Leaf& leaf : spaces.observation) {
    text << leaf.name << "[";
    for (std::size_t k = 0; k < leaf.shape.size(); ++k) text << (k == 0 ? "" : ",") << leaf.shape[k];
    text << (leaf.type == Leaf::Type::byte ? "] bytes, " : "] reals, ");
  }
  text << "choices of";
  for (const std::int64_t count : spaces.action.choices) text << " " << count;
  text << ", " << spaces.action.low.size() << " real actions";
  return text.str();
}

Kind kind_of(const Options& options, const Spaces& spaces) {
  return {{"environment", options.environment.name},
          {"body", to_string(options.body)},
          {"width", std::to_string(width_of(options))},
          {"frame_stack", std::to_string(frames_of(options.environment))},
          {"normalise_observations", options.normalise_observations ? "1" : "0"},
          {"normalise_rewards", options.normalise_rewards ? "1" : "0"},
          {"spaces", described(spaces)}};
}

void require_kind(const TensorFile& file, const Kind& kind) {
  for (const auto& [name, expected] : kind)
    if (file.text(name) != expected)
      throw std::runtime_error("the checkpoint was trained with " + name + " \"" + file.text(name) +
                               "\", and this trainer has \"" + expected +
                               "\": give the trainer the same flags, or another checkpoint");
}

torch::Tensor tensor_of(const std::vector<double>& values) {
  return torch::tensor(values, torch::kDouble).reshape({static_cast<std::int64_t>(values.size())});
}

void put_moments(TensorFile& file, const std::string& name, const Moments& moments) {
  file.tensors[name + ".count"] = tensor_of({moments.count});
  file.tensors[name + ".mean"] = tensor_of(moments.mean);
  file.tensors[name + ".squares"] = tensor_of(moments.squares);
}

std::vector<double> vector_from(const TensorFile& file, const std::string& name, std::size_t size) {
  const torch::Tensor& tensor = file.tensor(name);
  if (tensor.scalar_type() != torch::kDouble || tensor.numel() != static_cast<std::int64_t>(size))
    throw std::runtime_error("the checkpoint's \"" + name + "\" is not of " + std::to_string(size) + " numbers");
  const double* values = tensor.data_ptr<double>();
  return {values, values + size};
}

void get_moments(const TensorFile& file, const std::string& name, Moments& moments) {
  moments.count = vector_from(file, name + ".count", 1).front();
  moments.mean = vector_from(file, name + ".mean", moments.mean.size());
  moments.squares = vector_from(file, name + ".squares", moments.squares.size());
}

/// Calls `act` with the name and the moments of each leaf, then of the returns.
template <class ANormaliser, class Act>
void for_each_moments(ANormaliser& normaliser, const Act& act) {
  for (std::size_t k = 0; k < normaliser.leaves.size(); ++k)
    act("normaliser.leaf" + std::to_string(k), normaliser.leaves[k]);
  act("normaliser.returns", normaliser.returns);
}

}  // namespace

void save(Model& model, const Folder& folder) {
  TensorFile file;
  for (const auto& [name, value] : kind_of(model.options, model.spaces)) file.texts[name] = value;
  file.texts["step"] = std::to_string(model.step);
  trainers::put_module(file, "network", model.network);
  trainers::put_adam(file, "adam", model.network, model.optimiser);
  for_each_moments(model.normaliser,
                   [&](const std::string& name, Moments& moments) { put_moments(file, name, moments); });
  trainers::write_tensors(folder, file_name, file);
}

std::unique_ptr<Model> load(const Folder& folder, const Options& options, const Spaces& spaces, torch::Device device) {
  const TensorFile file = trainers::read_tensors(folder, file_name);
  require_kind(file, kind_of(options, spaces));
  auto model = std::make_unique<Model>(options, spaces, device, /*seed=*/0);
  model->step = file.integer("step");
  trainers::get_module(file, "network", model->network);
  trainers::get_adam(file, "adam", model->network, model->optimiser);
  for_each_moments(model->normaliser,
                   [&](const std::string& name, Moments& moments) { get_moments(file, name, moments); });
  return model;
}

Options options_of(const Folder& folder, Options options) {
  const TensorFile file = trainers::read_tensors(folder, file_name);
  options.environment.name = file.text("environment");
  options.environment.frame_stack = static_cast<int>(file.integer("frame_stack"));
  options.body = body_from(file.text("body"));
  options.width = file.integer("width");
  options.normalise_observations = file.text("normalise_observations") == "1";
  options.normalise_rewards = file.text("normalise_rewards") == "1";
  return options;
}

}  // namespace pbt::rl
