// Images a second, one thread, CPU time. One step of the GAN counts eleven batches: five of real images and five of
// generated ones for the discriminator, one for the generator. Usage: gan_bench [seconds for each, default 3]

#include <torch/types.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <nlohmann/json.hpp>

#include "common/one_thread.h"
#include "gan/classifier_training.h"
#include "gan/update.h"

namespace {

using namespace pbt::gan;

constexpr std::uint64_t seed = 1;

void measure(const std::string& what, double seconds, const std::function<std::int64_t()>& work) {
  work();  // warms up caches and the allocator
  std::int64_t images = 0;
  double passed = 0;
  const std::clock_t start = std::clock();
  while (passed < seconds) {
    images += work();
    passed = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  }
  const nlohmann::json line{{"what", what}, {"unit", "images"}, {"per_second", static_cast<double>(images) / passed}};
  std::printf("%s\n", line.dump().c_str());
  std::fflush(stdout);
}

torch::Tensor made_pixels(DataSet data_set, std::int64_t count) {
  at::Generator generator = generator_from(Random(seed, Purpose::noise));
  return normal({count, channels_of(data_set), image_size, image_size}, generator, torch::kCPU)
      .mul(50)
      .add(128)
      .clamp(0, 255)
      .to(torch::kByte);
}

void measure_gan(const std::string& what, double seconds, const Sizes& sizes) {
  Model model(sizes, seed, torch::kCPU);
  const Config config;
  model.apply(config);
  const torch::Tensor pixels = made_pixels(sizes.data_set, 1000);
  measure(what, seconds, [&] {
    improve(model, pixels, config, seed, [] {});
    return (2 * config.discriminator_updates + 1) * config.batch;
  });
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 3;
  pbt::use_one_thread();
  measure_gan("GAN step, grey, width 8", seconds, {DataSet::fashion_mnist, 8, 64, false});
  measure_gan("GAN step, grey, width 16", seconds, {DataSet::fashion_mnist, 16, 64, false});
  measure_gan("GAN step, grey, width 16, spectral norm", seconds, {DataSet::fashion_mnist, 16, 64, true});
  measure_gan("GAN step, colour, width 64", seconds, {DataSet::cifar10, 64, 64, false});

  Classifier classifier;
  classifier.network = std::make_shared<ClassifierNetwork>(3, classifier_width, Random(seed, Purpose::weights));
  classifier.network->eval();
  const torch::Tensor images = scaled(made_pixels(DataSet::cifar10, 250));
  measure("classifier, colour, scoring", seconds, [&] {
    (void)look_at(classifier, images);
    return images.size(0);
  });
}
