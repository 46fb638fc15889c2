#include "gan/update.h"

#include <torch/types.h>

namespace pbt::gan {
namespace {

/// Forgets gradients; the next ones are then written, not added.
void clear_gradients(torch::nn::Module& module) {
  for (torch::Tensor& parameter : module.parameters()) parameter.mutable_grad() = torch::Tensor();
}

void ask_gradients(torch::nn::Module& module, bool wanted) {
  for (torch::Tensor& parameter : module.parameters()) parameter.set_requires_grad(wanted);
}

torch::Tensor generated(Model& model, std::int64_t count, at::Generator& noise) {
  return model.generator.forward(normal({count, model.sizes.latent}, noise, model.device));
}

torch::Tensor improve_discriminator(Model& model, const torch::Tensor& real, const Config& config,
                                    at::Generator& noise) {
  torch::Tensor fake;
  {
    const torch::NoGradGuard no_grad;
    fake = generated(model, config.batch, noise);
  }
  model.discriminator.iterate();
  const auto of_real = model.discriminator.forward(real);
  const auto of_fake = model.discriminator.forward(fake);
  const auto loss = (at::softplus(of_real) - config.real_target * of_real).mean() + at::softplus(of_fake).mean();
  clear_gradients(model.discriminator);
  loss.backward();
  model.discriminator_adam.step();
  return loss.detach();
}

torch::Tensor improve_generator(Model& model, const Config& config, at::Generator& noise) {
  ask_gradients(model.discriminator, /*wanted=*/false);
  const auto loss = at::softplus(-model.discriminator.forward(generated(model, config.batch, noise))).mean();
  clear_gradients(model.generator);
  loss.backward();
  model.generator_adam.step();
  ask_gradients(model.discriminator, /*wanted=*/true);
  return loss.detach();
}

}  // namespace

Losses improve(Model& model, const torch::Tensor& pixels, const Config& config, std::uint64_t seed,
               const std::function<void()>& pause) {
  const auto step = static_cast<std::uint64_t>(model.step);
  Random minibatches(seed, Purpose::minibatches, step);
  at::Generator noise = generator_from(Random(seed, Purpose::noise, step));
  model.generator.train();
  model.discriminator.train();
  Losses losses{torch::zeros({}, torch::TensorOptions().device(model.device)), {}};
  for (std::int64_t update = 0; update < config.discriminator_updates; ++update) {
    pause();
    const auto chosen = draw_indices(minibatches, config.batch, pixels.size(0), model.device);
    losses.discriminator += improve_discriminator(model, scaled(pixels.index_select(0, chosen)), config, noise);
  }
  losses.discriminator /= config.discriminator_updates;
  losses.generator = improve_generator(model, config, noise);
  ++model.step;
  return losses;
}

}  // namespace pbt::gan
