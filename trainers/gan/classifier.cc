#include "gan/classifier.h"

#include <torch/types.h>

#include <cmath>
#include <stdexcept>

#include "common/tensor_file.h"

namespace pbt::gan {
namespace {

using trainers::TensorFile;

constexpr const char* file_name = "classifier.safetensors";

torch::nn::Conv2dOptions options_of_convolution(std::int64_t from, std::int64_t to) {
  return torch::nn::Conv2dOptions(from, to, 3).padding(1).bias(false);
}

torch::Tensor halved(const torch::Tensor& images) { return torch::max_pool2d(images, 2); }

}  // namespace

ConvolutionBlock::ConvolutionBlock(std::int64_t from, std::int64_t to)
    : convolution(options_of_convolution(from, to)), normalisation(to) {
  register_module("convolution", convolution);
  register_module("normalisation", normalisation);
}

torch::Tensor ConvolutionBlock::forward(const torch::Tensor& images) {
  return normalisation(convolution(images)).relu_();
}

ClassifierNetwork::ClassifierNetwork(std::int64_t channels, std::int64_t width, Random random)
    : head_(8 * width, class_count) {
  const std::int64_t sizes[] = {channels,  width,     2 * width, 2 * width, 2 * width,
                                4 * width, 8 * width, 8 * width, 8 * width};
  for (std::size_t i = 0; i + 1 < std::size(sizes); ++i)
    blocks_.push_back(
        register_module("block" + std::to_string(i), std::make_shared<ConvolutionBlock>(sizes[i], sizes[i + 1])));
  register_module("head", head_);
  const torch::NoGradGuard no_grad;
  at::Generator generator = generator_from(random);
  for (const auto& block : blocks_) {
    auto& weight = block->convolution->weight;  // He et al., 2015
    weight.normal_(0, std::sqrt(2.0 / static_cast<double>(weight[0].numel())), generator);
  }
  head_->weight.normal_(0, std::sqrt(1.0 / static_cast<double>(8 * width)), generator);
  head_->bias.zero_();
  lay_out_channels_last(*this);
}

ClassifierNetwork::Output ClassifierNetwork::forward(const torch::Tensor& images) {
  const auto apply = [this](std::size_t block, const torch::Tensor& input) { return blocks_[block]->forward(input); };
  torch::Tensor x = halved(apply(1, apply(0, images)));
  x = x + apply(3, apply(2, x));
  x = halved(apply(4, x));
  x = halved(apply(5, x));
  x = x + apply(7, apply(6, x));
  const torch::Tensor features = x.mean({2, 3});
  return {features, head_(features)};
}

Opinion look_at(const Classifier& classifier, const torch::Tensor& images) {
  const torch::NoGradGuard no_grad;
  const auto output = classifier.network->forward(images);
  return {output.features.to(torch::kCPU), output.logits.softmax(1).to(torch::kCPU)};
}

void save(const Classifier& classifier, const Folder& folder) {
  TensorFile file;
  file.texts["data_set"] = name_of(classifier.data_set);
  file.texts["width"] = std::to_string(classifier.width);
  trainers::put_module(file, "network", *classifier.network);
  file.tensors["real.mean"] = classifier.real.mean;
  file.tensors["real.covariance"] = classifier.real.covariance;
  trainers::write_tensors(folder, file_name, file);
}

Classifier load_classifier(const std::filesystem::path& file_or_folder, DataSet data_set, c10::Device device) {
  const std::string advice = ": train one by build/trainers/classifier --dataset " + name_of(data_set) +
                             " --data FOLDER --save FOLDER, and name it by --classifier";
  if (file_or_folder.empty()) throw std::runtime_error("no classifier is named" + advice);
  const auto given = std::filesystem::absolute(file_or_folder);
  const auto path = std::filesystem::is_directory(given) ? given / file_name : given;
  if (!std::filesystem::exists(path)) throw std::runtime_error("there is no classifier " + path.string() + advice);
  const TensorFile file = trainers::read_tensors(Folder(path.parent_path()), path.filename().string());
  const std::string& trained_on = file.text("data_set");
  if (trained_on != name_of(data_set))
    throw std::runtime_error("the classifier " + path.string() + " was trained on " + trained_on + ", and " +
                             name_of(data_set) + " is asked for: name another by --classifier");
  Classifier classifier;
  classifier.data_set = data_set;
  classifier.width = file.integer("width");
  if (classifier.width < 1 || classifier.width > 1024)
    throw std::runtime_error(path.string() + " says a width of " + std::to_string(classifier.width) +
                             ", expected 1 to 1024: it is damaged");
  classifier.network =
      std::make_shared<ClassifierNetwork>(channels_of(data_set), classifier.width, Random(0, Purpose::weights));
  trainers::get_module(file, "network", *classifier.network);
  classifier.network->to(device);
  classifier.network->eval();
  classifier.real = {file.tensor("real.mean"), file.tensor("real.covariance")};
  const std::int64_t size = 8 * classifier.width;
  if (classifier.real.mean.numel() != size || classifier.real.covariance.numel() != size * size)
    throw std::runtime_error(path.string() +
                             " holds feature statistics of another size than its network: it is damaged");
  if (!is_finite(*classifier.network) || !torch::isfinite(classifier.real.mean).all().item<bool>() ||
      !torch::isfinite(classifier.real.covariance).all().item<bool>())
    throw std::runtime_error("in the classifier " + path.string() + " are numbers that are none" + advice);
  return classifier;
}

}  // namespace pbt::gan
