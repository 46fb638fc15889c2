#include "gan/update.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <cmath>

#include "common/tensor_file.h"
#include "gan/transposed.h"

namespace pbt::gan {
namespace {

constexpr std::uint64_t seed = 3;

Sizes small(bool spectral_norm = false) { return {DataSet::fashion_mnist, /*width=*/4, /*latent=*/8, spectral_norm}; }

/// Sixteen images of noise.
torch::Tensor made_pixels() {
  at::Generator generator = generator_from(Random(1, Purpose::noise));
  return normal({16, 1, image_size, image_size}, generator, torch::kCPU)
      .mul(50)
      .add(128)
      .clamp(0, 255)
      .to(torch::kByte);
}

void train(Model& model, int steps, Config config = {}) {
  config.batch = 4;
  model.apply(config);
  for (int step = 0; step < steps; ++step) improve(model, made_pixels(), config, seed, [] {});
}

std::int64_t updates_in(Model& model, const std::string& parameter) {
  const Folder folder(std::make_shared<Folder::Files>());
  save(model, folder);
  return trainers::read_tensors(folder, "gan.safetensors").tensor(parameter + ".updates").item<std::int64_t>();
}

double largest_singular_value(const torch::Tensor& weight) {
  return at::linalg_svdvals(weight.detach().reshape({weight.size(0), -1}).to(torch::kDouble))[0].item<double>();
}

TEST(TransposedConvolution, EqualsLibtorchsWithItsGradients) {
  at::Generator generator = generator_from(Random(1, Purpose::noise));
  const auto images = normal({3, 8, 4, 4}, generator, torch::kCPU).requires_grad_();
  const auto weight = normal({8, 4, 4, 4}, generator, torch::kCPU).requires_grad_();
  const auto towards = normal({3, 4, 8, 8}, generator, torch::kCPU);
  std::vector<torch::Tensor> outputs;
  std::vector<torch::Tensor> of_images;
  std::vector<torch::Tensor> of_weight;
  for (const bool own : {false, true}) {
    outputs.push_back(own ? transposed_convolution(images, weight) : torch::conv_transpose2d(images, weight, {}, 2, 1));
    (outputs.back() * towards).sum().backward();
    of_images.push_back(images.grad().clone());
    of_weight.push_back(weight.grad().clone());
    images.mutable_grad() = torch::Tensor();
    weight.mutable_grad() = torch::Tensor();
  }
  EXPECT_TRUE(torch::allclose(outputs[1], outputs[0], 1e-4, 1e-4));
  EXPECT_TRUE(torch::allclose(of_images[1], of_images[0], 1e-4, 1e-4));
  EXPECT_TRUE(torch::allclose(of_weight[1], of_weight[0], 1e-4, 1e-4));
}

TEST(Improve, UpdatesTheDiscriminatorFiveTimesToOneOfTheGenerator) {
  Model model(small(), seed, torch::kCPU);
  train(model, 3);
  EXPECT_EQ(model.step, 3);
  EXPECT_EQ(updates_in(model, "generator_adam.projection.weight"), 3);
  EXPECT_EQ(updates_in(model, "discriminator_adam.head.weight"), 15);
}

TEST(Improve, UpdatesTheDiscriminatorAsOftenAsItIsTold) {
  Model model(small(), seed, torch::kCPU);
  Config config;
  config.discriminator_updates = 2;
  train(model, 3, config);
  EXPECT_EQ(updates_in(model, "discriminator_adam.head.weight"), 6);
}

TEST(Improve, MovesEachNetworkByItsOwnLearningRate) {
  for (const bool generator_rests : {false, true}) {
    Model model(small(), seed, torch::kCPU);
    const Model before(small(), seed, torch::kCPU);
    Config config;
    (generator_rests ? config.generator_learning_rate : config.discriminator_learning_rate) = 0;
    train(model, 2, config);
    const auto same = [](const torch::nn::Module& one, const torch::nn::Module& other) {
      bool all = true;
      for (std::size_t i = 0; i < one.parameters().size(); ++i)
        all = all && torch::equal(one.parameters()[i], other.parameters()[i]);
      return all;
    };
    EXPECT_EQ(same(model.generator, before.generator), generator_rests);
    EXPECT_EQ(same(model.discriminator, before.discriminator), !generator_rests);
  }
}

TEST(Improve, TeachesTheDiscriminatorToTellRealFromGenerated) {
  Model model(small(), seed, torch::kCPU);
  Config config;
  config.generator_learning_rate = 0;
  config.discriminator_learning_rate = 2e-3;
  train(model, 20, config);
  const torch::NoGradGuard no_grad;
  at::Generator noise = generator_from(Random(9, Purpose::noise));
  const auto fake = model.generator.forward(normal({16, 8}, noise, torch::kCPU));
  EXPECT_GT(model.discriminator.forward(scaled(made_pixels())).min().item<double>(), 0);
  EXPECT_LT(model.discriminator.forward(fake).max().item<double>(), 0);
}

TEST(Improve, LowersTheGeneratorsLossWhereTheDiscriminatorRests) {
  Model model(small(), seed, torch::kCPU);
  Config config;
  config.batch = 8;
  config.generator_learning_rate = 1e-2;
  config.discriminator_learning_rate = 0;
  model.apply(config);
  const double first = improve(model, made_pixels(), config, seed, [] {}).generator.item<double>();
  for (int step = 0; step < 20; ++step) improve(model, made_pixels(), config, seed, [] {});
  EXPECT_LT(improve(model, made_pixels(), config, seed, [] {}).generator.item<double>(), first);
}

// At the beginning every logit is near 0: L_D = (log 2 - t * 0) + log 2.
TEST(Improve, BeginsWithTheLossesOfADiscriminatorThatKnowsNothing) {
  Model model(small(/*spectral_norm=*/true), seed, torch::kCPU);
  Config config;
  config.discriminator_learning_rate = 0;
  model.apply(config);
  const Losses losses = improve(model, made_pixels(), config, seed, [] {});
  EXPECT_NEAR(losses.discriminator.item<double>(), 2 * std::log(2), 0.3);
  EXPECT_NEAR(losses.generator.item<double>(), std::log(2), 0.3);
}

TEST(SpectralNorm, HoldsEveryLayersLargestSingularValueAtOne) {
  Model model(small(/*spectral_norm=*/true), seed, torch::kCPU);
  Config config;
  config.discriminator_learning_rate = 5e-3;
  train(model, 10, config);
  for (int i = 0; i < 200; ++i) model.discriminator.iterate();
  for (const auto& weight : model.discriminator.acting_weights())
    EXPECT_NEAR(largest_singular_value(weight), 1, 0.02) << weight.sizes();
}

TEST(SpectralNorm, FollowsTheWeightsWithOneIterationAnUpdate) {
  Model model(small(/*spectral_norm=*/true), seed, torch::kCPU);
  train(model, 10);
  for (const auto& weight : model.discriminator.acting_weights())
    EXPECT_NEAR(largest_singular_value(weight), 1, 0.15) << weight.sizes();
}

TEST(SpectralNorm, IsNotThereUnlessItIsAskedFor) {
  Model model(small(), seed, torch::kCPU);
  for (const auto& weight : model.discriminator.acting_weights()) EXPECT_LT(largest_singular_value(weight), 0.6);
  EXPECT_EQ(model.discriminator.named_buffers().contains("layer0_left"), false);
}

TEST(SpectralNorm, LetsGradientsThroughTheSingularValue) {
  Discriminator discriminator(1, 4, /*spectral_norm=*/true, Random(seed, Purpose::weights));
  discriminator.forward(scaled(made_pixels())).sum().backward();
  // W / s does not change where W is scaled, and so no gradient points along W.
  for (const auto& item : discriminator.named_parameters()) {
    if (item.value().dim() == 1) continue;
    const auto along = (item.value() * item.value().mutable_grad()).sum().item<double>();
    const double lengths = (item.value().norm() * item.value().mutable_grad().norm()).item<double>();
    EXPECT_NEAR(along / lengths, 0, 1e-4) << item.key();
  }
}

TEST(Model, GoesOnFromItsCheckpointAsIfNothingHadHappened) {
  for (const bool spectral_norm : {false, true}) {
    Model model(small(spectral_norm), seed, torch::kCPU);
    train(model, 3);
    const Folder before(std::make_shared<Folder::Files>());
    save(model, before);
    const auto loaded = load(before, torch::kCPU);
    train(model, 3);
    train(*loaded, 3);
    const Folder one(std::make_shared<Folder::Files>());
    const Folder other(std::make_shared<Folder::Files>());
    save(model, one);
    save(*loaded, other);
    EXPECT_EQ(loaded->step, 6);
    EXPECT_TRUE(one.read("gan.safetensors") == other.read("gan.safetensors"));
  }
}

TEST(Model, KeepsWhatIsNoParameterInItsCheckpointToo) {
  Model model(small(/*spectral_norm=*/true), seed, torch::kCPU);
  train(model, 1);
  const Folder folder(std::make_shared<Folder::Files>());
  save(model, folder);
  const auto file = trainers::read_tensors(folder, "gan.safetensors");
  EXPECT_TRUE(file.tensors.count("generator.normalisation0.running_mean"));
  EXPECT_TRUE(file.tensors.count("discriminator.layer3_left"));
}

}  // namespace
}  // namespace pbt::gan
