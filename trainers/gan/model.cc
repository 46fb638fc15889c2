#include "gan/model.h"

#include <torch/types.h>

#include <stdexcept>

#include "common/tensor_file.h"

namespace pbt::gan {
namespace {

using trainers::TensorFile;

constexpr const char* file_name = "gan.safetensors";

torch::optim::AdamOptions& options_of(torch::optim::Adam& adam) {
  return static_cast<torch::optim::AdamOptions&>(adam.param_groups().front().options());
}

/// A size out of a checkpoint, which may be damaged.
std::int64_t size_in(const TensorFile& file, const std::string& name) {
  const std::int64_t size = file.integer(name);
  if (size < 1 || size > 4096)
    throw std::runtime_error(std::string(file_name) + " says that " + name + " is " + std::to_string(size) +
                             ", expected 1 to 4096: it is damaged");
  return size;
}

void require(bool same, const std::string& flag, const std::string& saved, const std::string& asked) {
  if (!same)
    throw std::runtime_error("the checkpoint was trained with " + flag + " " + saved + ", and this trainer runs with " +
                             asked + ": start it with " + flag + " " + saved + ", or train anew");
}

std::string word(bool on) { return on ? "on" : "off"; }

}  // namespace

Model::Model(const Sizes& its_sizes, std::uint64_t seed, c10::Device on)
    : sizes(its_sizes),
      device(on),
      generator(sizes.latent, sizes.width, channels_of(sizes.data_set), Random(seed, Purpose::weights, 0)),
      discriminator(channels_of(sizes.data_set), sizes.width, sizes.spectral_norm, Random(seed, Purpose::weights, 1)),
      generator_adam(generator.parameters(), torch::optim::AdamOptions()),
      discriminator_adam(discriminator.parameters(), torch::optim::AdamOptions()) {
  generator.to(device);
  discriminator.to(device);
}

void Model::apply(const Config& config) {
  options_of(generator_adam).lr(config.generator_learning_rate).betas({config.beta1, config.beta2});
  options_of(discriminator_adam).lr(config.discriminator_learning_rate).betas({config.beta1, config.beta2});
}

Config Model::in_effect(Config config) {
  config.generator_learning_rate = options_of(generator_adam).lr();
  config.discriminator_learning_rate = options_of(discriminator_adam).lr();
  std::tie(config.beta1, config.beta2) = options_of(discriminator_adam).betas();
  return config;
}

void save(Model& model, const Folder& folder) {
  TensorFile file;
  file.texts["data_set"] = name_of(model.sizes.data_set);
  file.texts["width"] = std::to_string(model.sizes.width);
  file.texts["latent"] = std::to_string(model.sizes.latent);
  file.texts["spectral_norm"] = word(model.sizes.spectral_norm);
  file.texts["step"] = std::to_string(model.step);
  trainers::put_module(file, "generator", model.generator);
  trainers::put_module(file, "discriminator", model.discriminator);
  trainers::put_adam(file, "generator_adam", model.generator, model.generator_adam);
  trainers::put_adam(file, "discriminator_adam", model.discriminator, model.discriminator_adam);
  trainers::write_tensors(folder, file_name, file);
}

std::unique_ptr<Model> load(const Folder& folder, c10::Device device) {
  const TensorFile file = trainers::read_tensors(folder, file_name);
  const Sizes sizes{data_set_from(file.text("data_set")), size_in(file, "width"), size_in(file, "latent"),
                    file.text("spectral_norm") == word(/*on=*/true)};
  auto model = std::make_unique<Model>(sizes, /*seed=*/0, device);
  model->step = file.integer("step");
  trainers::get_module(file, "generator", model->generator);
  trainers::get_module(file, "discriminator", model->discriminator);
  trainers::get_adam(file, "generator_adam", model->generator, model->generator_adam);
  trainers::get_adam(file, "discriminator_adam", model->discriminator, model->discriminator_adam);
  return model;
}

void require_same(const Sizes& saved, const Sizes& asked) {
  require(saved.data_set == asked.data_set, "--dataset", name_of(saved.data_set), name_of(asked.data_set));
  require(saved.width == asked.width, "--width", std::to_string(saved.width), std::to_string(asked.width));
  require(saved.latent == asked.latent, "--latent", std::to_string(saved.latent), std::to_string(asked.latent));
  if (saved.spectral_norm != asked.spectral_norm) {
    const std::string with = saved.spectral_norm ? "with" : "without";
    throw std::runtime_error("the checkpoint was trained " + with + " --spectral-norm: start this trainer " + with +
                             " it, or train anew");
  }
}

}  // namespace pbt::gan
