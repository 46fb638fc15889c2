#include "gan/data_set.h"

#include <torch/types.h>

#include <stdexcept>

#include "gan/cifar.h"
#include "gan/idx.h"

namespace pbt::gan {

std::string name_of(DataSet data_set) { return data_set == DataSet::cifar10 ? "cifar10" : "fashion-mnist"; }

DataSet data_set_from(const std::string& name) {
  for (const DataSet data_set : {DataSet::cifar10, DataSet::fashion_mnist})
    if (name == name_of(data_set)) return data_set;
  throw std::invalid_argument("there is no data set \"" + name + "\": expected cifar10 or fashion-mnist");
}

std::int64_t channels_of(DataSet data_set) { return data_set == DataSet::cifar10 ? 3 : 1; }

Images read_images(DataSet data_set, const std::filesystem::path& folder, Part part) {
  if (folder.empty())
    throw std::runtime_error("no data are named: give the folder with the files of " + name_of(data_set) +
                             " by --data");
  if (!std::filesystem::is_directory(folder))
    throw std::runtime_error("there is no folder " + folder.string() + " with the files of " + name_of(data_set) +
                             "; name it by --data");
  Images images = data_set == DataSet::cifar10 ? read_cifar(folder, part) : read_fashion_mnist(folder, part);
  const auto wrong = (images.labels.lt(0) + images.labels.ge(class_count)).nonzero();
  if (wrong.size(0) > 0)
    throw std::runtime_error("image " + std::to_string(wrong[0][0].item<std::int64_t>()) + " of " + folder.string() +
                             " is labelled " +
                             std::to_string(images.labels[wrong[0][0].item<std::int64_t>()].item<std::int64_t>()) +
                             ", expected 0 to 9: these are not the files of " + name_of(data_set));
  return images;
}

at::Tensor scaled(const at::Tensor& pixels) { return pixels.to(torch::kFloat).mul_(2.0F / 255.0F).sub_(1.0F); }

}  // namespace pbt::gan
