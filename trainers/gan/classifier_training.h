#pragma once

#include <c10/core/Device.h>

#include <functional>

#include "gan/classifier.h"

namespace pbt::gan {

struct ClassifierOptions {
  std::int64_t width = classifier_width;
  std::int64_t epochs = 15;
  std::int64_t batch = 128;
  double learning_rate = 0.1;  ///< the highest of the schedule
  double weight_decay = 5e-4;
  std::int64_t seed = 1;
};

/// Over one pass through the training images.
struct Epoch {
  std::int64_t number = 0;  ///< from 1
  double loss = 0;          ///< mean cross-entropy, in nats
  double accuracy = 0;      ///< on the training images as they were shown, while the network changed
};

/// Trains a classifier by stochastic gradient descent with Nesterov momentum 0.9; the learning rate rises from 0 for a
/// fifth of all updates and falls to 0 again (Smith, 2018). Colour images are shown cropped (from a frame of 4 pixels)
/// and mirrored at random. No label smoothing: it makes a classifier hesitant, and so caps every Inception score.
/// `test` serves the statistics of real features alone. A function of its arguments, on one device.
/// Throws std::invalid_argument where there are fewer test images than an Inception score has parts, std::runtime_error
/// where the training diverges.
[[nodiscard]] Classifier train_classifier(const ClassifierOptions& options, DataSet data_set, const Images& training,
                                          const Images& test, c10::Device device,
                                          const std::function<void(const Epoch&)>& tell);

/// What a classifier makes of labelled images.
struct Examination {
  double accuracy = 0;
  std::vector<double> inception_scores;  ///< of the images, in ten parts
  Gaussian features;
};
/// Throws std::invalid_argument where there are fewer images than parts.
[[nodiscard]] Examination examine(const Classifier& classifier, const Images& images, c10::Device device);

/// uint8 [n, c, 32, 32], each image shifted by up to `frame` pixels in either direction (what comes in is black) and
/// mirrored every other time.
[[nodiscard]] torch::Tensor cropped_and_mirrored(const torch::Tensor& pixels, std::int64_t frame, Random& random);

}  // namespace pbt::gan
