#include "gan/classifier_training.h"

#include <torch/optim/sgd.h>
#include <torch/types.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>

namespace pbt::gan {
namespace {

constexpr std::int64_t frame = 4;
constexpr std::int64_t examination_batch = 250;

/// The images' numbers in an order of their own.
torch::Tensor shuffled(std::int64_t size, Random random) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(size));
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.index(i)]);
  return torch::tensor(order, torch::kLong);
}

/// Of the highest learning rate, after a part `done` of all updates.
double share_of_learning_rate(double done) {
  constexpr double rising = 0.2;
  return done < rising ? done / rising : (1 - done) / (1 - rising);
}

}  // namespace

torch::Tensor cropped_and_mirrored(const torch::Tensor& pixels, std::int64_t shift, Random& random) {
  const std::int64_t count = pixels.size(0);
  const auto kLong = torch::TensorOptions(torch::kLong);
  const auto positions = torch::arange(image_size, kLong);
  std::vector<torch::Tensor> rows;
  std::vector<torch::Tensor> columns;
  for (std::int64_t i = 0; i < count; ++i) {
    const auto range = static_cast<std::size_t>(2 * shift + 1);
    rows.push_back(positions + static_cast<std::int64_t>(random.index(range)));
    const auto chosen = positions + static_cast<std::int64_t>(random.index(range));
    columns.push_back(random.index(2) == 0 ? chosen : chosen.flip(0));
  }
  const torch::Device device = pixels.device();
  const auto framed = torch::constant_pad_nd(pixels, {shift, shift, shift, shift}, 0);
  return framed.index({torch::arange(count, kLong).view({count, 1, 1, 1}).to(device),
                       torch::arange(pixels.size(1), kLong).view({1, pixels.size(1), 1, 1}).to(device),
                       torch::stack(rows).view({count, 1, image_size, 1}).to(device),
                       torch::stack(columns).view({count, 1, 1, image_size}).to(device)});
}

Classifier train_classifier(const ClassifierOptions& options, DataSet data_set, const Images& training,
                            const Images& test, c10::Device device, const std::function<void(const Epoch&)>& tell) {
  const auto seed = static_cast<std::uint64_t>(options.seed);
  Classifier classifier;
  classifier.data_set = data_set;
  classifier.width = options.width;
  classifier.network =
      std::make_shared<ClassifierNetwork>(channels_of(data_set), options.width, Random(seed, Purpose::weights));
  ClassifierNetwork& network = *classifier.network;
  network.to(device);
  torch::optim::SGD optimiser(
      network.parameters(),
      torch::optim::SGDOptions(0.0).momentum(0.9).nesterov(true).weight_decay(options.weight_decay));
  auto& settings = static_cast<torch::optim::SGDOptions&>(optimiser.param_groups().front().options());
  const torch::Tensor pixels = training.pixels.to(device);
  const torch::Tensor labels = training.labels.to(device);
  const std::int64_t batches = (training.size() + options.batch - 1) / options.batch;
  for (std::int64_t epoch = 0; epoch < options.epochs; ++epoch) {
    const torch::Tensor order =
        shuffled(training.size(), Random(seed, Purpose::minibatches, static_cast<std::uint64_t>(epoch)));
    Random shifts(seed, Purpose::training, static_cast<std::uint64_t>(epoch));
    auto loss_sum = torch::zeros({}, labels.options().dtype(torch::kDouble));
    auto right = torch::zeros({}, labels.options());
    for (std::int64_t batch = 0; batch < batches; ++batch) {
      const double done = static_cast<double>(epoch * batches + batch) / static_cast<double>(options.epochs * batches);
      settings.lr(options.learning_rate * share_of_learning_rate(done));
      const auto chosen = order.slice(0, batch * options.batch, (batch + 1) * options.batch).to(device);
      auto shown = pixels.index_select(0, chosen);
      if (data_set == DataSet::cifar10) shown = cropped_and_mirrored(shown, frame, shifts);
      const auto expected = labels.index_select(0, chosen);
      const auto logits = network.forward(scaled(shown)).logits;
      const auto loss = torch::cross_entropy_loss(logits, expected);
      optimiser.zero_grad();
      loss.backward();
      optimiser.step();
      loss_sum += loss.detach() * expected.size(0);
      right += logits.detach().argmax(1).eq(expected).sum();
    }
    const auto size = static_cast<double>(training.size());
    tell({epoch + 1, loss_sum.item<double>() / size, right.item<double>() / size});
  }
  network.eval();
  classifier.real = examine(classifier, test, device).features;
  return classifier;
}

Examination examine(const Classifier& classifier, const Images& images, c10::Device device) {
  if (images.size() < score_splits)
    throw std::invalid_argument("there are " + std::to_string(images.size()) + " test images, expected at least " +
                                std::to_string(score_splits));
  std::vector<torch::Tensor> features;
  std::vector<torch::Tensor> probabilities;
  for (std::int64_t at = 0; at < images.size(); at += examination_batch) {
    const auto opinion = look_at(
        classifier, scaled(images.pixels.slice(0, at, std::min(at + examination_batch, images.size())).to(device)));
    features.push_back(opinion.features);
    probabilities.push_back(opinion.probabilities);
  }
  const auto all = torch::cat(probabilities);
  Examination examination;
  examination.accuracy = all.argmax(1).eq(images.labels).to(torch::kDouble).mean().item<double>();
  examination.inception_scores = inception_scores(all);
  examination.features = gaussian_of(torch::cat(features));
  return examination;
}

}  // namespace pbt::gan
