#include "gan/classifier_training.h"

#include <torch/optim/sgd.h>
#include <torch/types.h>

#include <algorithm>
#include <cmath>
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

void require_enough(const Images& test) {
  if (test.size() < score_splits)
    throw std::invalid_argument("there are " + std::to_string(test.size()) + " test images, expected at least " +
                                std::to_string(score_splits));
}

/// `images` are on the network's device.
Epoch train_epoch(ClassifierNetwork& network, torch::optim::SGD& optimiser, const ClassifierOptions& options,
                  const Images& images, std::int64_t number) {
  const auto seed = static_cast<std::uint64_t>(options.seed);
  const auto index = static_cast<std::uint64_t>(number);
  const torch::Device device = images.pixels.device();
  const torch::Tensor order = shuffled(images.size(), Random(seed, Purpose::minibatches, index));
  Random shifts(seed, Purpose::training, index);
  auto& settings = static_cast<torch::optim::SGDOptions&>(optimiser.param_groups().front().options());
  auto loss_sum = torch::zeros({}, images.labels.options().dtype(torch::kDouble));
  auto right = torch::zeros({}, images.labels.options());
  const std::int64_t batches = (images.size() + options.batch - 1) / options.batch;
  for (std::int64_t batch = 0; batch < batches; ++batch) {
    const auto updates = static_cast<double>((number - 1) * batches + batch);
    settings.lr(options.learning_rate *
                share_of_learning_rate(updates / static_cast<double>(options.epochs * batches)));
    const auto chosen = order.slice(0, batch * options.batch, (batch + 1) * options.batch).to(device);
    auto shown = images.pixels.index_select(0, chosen);
    if (shown.size(1) == 3) shown = cropped_and_mirrored(shown, frame, shifts);
    const auto expected = images.labels.index_select(0, chosen);
    const auto logits = network.forward(scaled(shown)).logits;
    const auto loss = torch::cross_entropy_loss(logits, expected);
    optimiser.zero_grad();
    loss.backward();
    optimiser.step();
    loss_sum += loss.detach() * expected.size(0);
    right += logits.detach().argmax(1).eq(expected).sum();
  }
  const auto size = static_cast<double>(images.size());
  return {number, loss_sum.item<double>() / size, right.item<double>() / size};
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
  require_enough(test);
  const auto seed = static_cast<std::uint64_t>(options.seed);
  Classifier classifier;
  classifier.data_set = data_set;
  classifier.width = options.width;
  classifier.network =
      std::make_shared<ClassifierNetwork>(channels_of(data_set), options.width, Random(seed, Purpose::weights));
  classifier.network->to(device);
  torch::optim::SGD optimiser(
      classifier.network->parameters(),
      torch::optim::SGDOptions(0.0).momentum(0.9).nesterov(true).weight_decay(options.weight_decay));
  const Images here{training.pixels.to(device), training.labels.to(device)};
  for (std::int64_t number = 1; number <= options.epochs; ++number) {
    const Epoch epoch = train_epoch(*classifier.network, optimiser, options, here, number);
    if (!std::isfinite(epoch.loss))
      throw std::runtime_error("the classifier diverged in epoch " + std::to_string(number) +
                               ": train it with a lower --learning-rate");
    tell(epoch);
  }
  classifier.network->eval();
  classifier.real = examine(classifier, test, device).features;
  return classifier;
}

Examination examine(const Classifier& classifier, const Images& images, c10::Device device) {
  require_enough(images);
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
