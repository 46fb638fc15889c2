#pragma once

#include <torch/nn/module.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>

#include <memory>
#include <vector>

#include "gan/data_set.h"
#include "gan/scores.h"
#include "gan/tensors.h"
#include "pbt/folder.h"

namespace pbt::gan {

constexpr std::int64_t classifier_width = 16;

/// A convolution of 3 x 3, batch normalisation, ReLU.
struct ConvolutionBlock : torch::nn::Module {
  ConvolutionBlock(std::int64_t from, std::int64_t to);
  /// [n, from, h, w] -> [n, to, h, w]
  [[nodiscard]] torch::Tensor forward(const torch::Tensor& images);

  torch::nn::Conv2d convolution;
  torch::nn::BatchNorm2d normalisation;
};

/// A residual network of eight convolutions (the shape of "ResNet-9", Page, 2018, which is 64 wide), ending in a mean
/// over the picture. With w the width: convolutions to w and 2w at 32 x 32, two residual ones at 16 x 16, to 4w there,
/// to 8w at 8 x 8, two residual ones at 4 x 4.
struct ClassifierNetwork : torch::nn::Module {
  ClassifierNetwork(std::int64_t channels, std::int64_t width, Random random);

  struct Output {
    torch::Tensor features;  ///< [n, 8 * width], what the last layer sees
    torch::Tensor logits;    ///< [n, class_count]
  };
  /// [n, channels, 32, 32] in [-1, 1]
  [[nodiscard]] Output forward(const torch::Tensor& images);

 private:
  std::vector<std::shared_ptr<ConvolutionBlock>> blocks_;
  torch::nn::Linear head_;
};

/// A trained classifier, and what it makes of its data set's test images. Several threads may look at one at once.
struct Classifier {
  DataSet data_set = DataSet::fashion_mnist;
  std::int64_t width = classifier_width;
  std::shared_ptr<ClassifierNetwork> network;  ///< in evaluation mode
  Gaussian real;                               ///< the features of the test images
};

/// What a classifier makes of images.
struct Opinion {
  torch::Tensor features;       ///< [n, d], on the CPU
  torch::Tensor probabilities;  ///< [n, class_count], on the CPU
};
/// `images` are [n, channels, 32, 32] in [-1, 1], on the classifier's device.
[[nodiscard]] Opinion look_at(const Classifier& classifier, const torch::Tensor& images);

/// Writes the classifier as one file, "classifier.safetensors".
void save(const Classifier& classifier, const Folder& folder);

/// Reads it from that file, or from the folder that has it. Throws std::runtime_error where it is absent, no such file,
/// or of another data set.
[[nodiscard]] Classifier load_classifier(const std::filesystem::path& file_or_folder, DataSet data_set,
                                         c10::Device device);

}  // namespace pbt::gan
