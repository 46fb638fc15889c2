#include "common/tensor_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/nn/modules/linear.h>
#include <torch/optim/adam.h>
#include <torch/types.h>

#include "common/device.h"

namespace pbt::trainers {
namespace {

Folder memory() { return Folder(std::make_shared<Folder::Files>()); }

TensorFile example() {
  TensorFile file;
  file.tensors["weights"] = torch::arange(6, torch::kFloat).reshape({2, 3});
  file.tensors["counts"] = torch::arange(4, torch::kLong);
  file.tensors["nothing"] = torch::empty({0}, torch::kByte);
  file.texts = {{"step", "12"}, {"environment", "CartPole-v1"}};
  return file;
}

void take_step(torch::nn::Linear& layer, torch::optim::Adam& optimiser) {
  optimiser.zero_grad();
  layer(torch::ones({4, 3})).square().sum().backward();
  optimiser.step();
}

TEST(TensorFile, HoldsTensorsAndTextsAsTheyWereWritten) {
  const Folder folder = memory();
  write_tensors(folder, "model", example());
  const TensorFile read = read_tensors(folder, "model");
  EXPECT_EQ(read.texts, example().texts);
  ASSERT_EQ(read.tensors.size(), 3U);
  for (const auto& [name, tensor] : example().tensors) EXPECT_TRUE(torch::equal(read.tensor(name), tensor)) << name;
  EXPECT_EQ(read.integer("step"), 12);
}

TEST(TensorFile, IsTheSameBytesForTheSameContents) {
  const Folder one = memory(), other = memory();
  write_tensors(one, "model", example());
  write_tensors(other, "model", example());
  EXPECT_EQ(one.read("model"), other.read("model"));
}

TEST(TensorFile, RefusesAFileThatIsCutShortAtAnyByte) {
  const Folder folder = memory();
  write_tensors(folder, "model", example());
  const std::string whole = folder.read("model");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    folder.write("model", whole.substr(0, size));
    EXPECT_THROW((void)read_tensors(folder, "model"), std::runtime_error) << size;
  }
}

TEST(TensorFile, NamesWhatIsMissing) {
  try {
    (void)example().tensor("bias");
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("no tensor \"bias\""));
  }
  EXPECT_THROW((void)example().integer("environment"), std::runtime_error);
}

TEST(TensorFile, CarriesAModuleAndItsAdamOnAsIfNothingHadHappened) {
  torch::nn::Linear layer(3, 2);
  torch::optim::Adam optimiser(layer->parameters(), torch::optim::AdamOptions(0.1));
  take_step(layer, optimiser);
  TensorFile file;
  put_module(file, "net", *layer);
  put_adam(file, "adam", *layer, optimiser);
  const Folder folder = memory();
  write_tensors(folder, "model", file);

  torch::nn::Linear again(3, 2);
  torch::optim::Adam its_optimiser(again->parameters(), torch::optim::AdamOptions(0.1));
  take_step(again, its_optimiser);  // state of its own, which must not stay
  const TensorFile read = read_tensors(folder, "model");
  get_module(read, "net", *again);
  get_adam(read, "adam", *again, its_optimiser);
  take_step(layer, optimiser);
  take_step(again, its_optimiser);
  EXPECT_TRUE(torch::equal(layer->weight, again->weight));
  EXPECT_TRUE(torch::equal(layer->bias, again->bias));
}

TEST(TensorFile, TellsWhichTensorHasAnotherShape) {
  TensorFile file;
  put_module(file, "net", *torch::nn::Linear(3, 2));
  torch::nn::Linear other(4, 2);
  try {
    get_module(file, "net", *other);
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("\"net.weight\" has shape [2, 3], and this network's has [2, 4]"));
  }
}

TEST(Device, IsTheCpuWhereThatIsAskedFor) { EXPECT_TRUE(device_from("cpu").is_cpu()); }

TEST(Device, RefusesWhatIsNoDeviceAndWhatIsNotThere) {
  for (const char* name : {"", "gpu", "cuda:", "cuda:x", "cuda:-1", "cuda:127"})
    EXPECT_THROW((void)device_from(name), std::invalid_argument) << name;
}

}  // namespace
}  // namespace pbt::trainers
