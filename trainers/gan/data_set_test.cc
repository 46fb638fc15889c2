#include "gan/data_set.h"

#include <gmock/gmock.h>
#include <torch/types.h>
#include <zlib.h>

#include "gan/made_data.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/what_is_said.h"

namespace pbt::gan {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class Files : public testing::Test {
 protected:
  [[nodiscard]] std::string refusal(DataSet data_set) const {
    return what_is_said<std::exception>([&] { (void)read_images(data_set, folder(), Part::training); });
  }
  [[nodiscard]] const std::filesystem::path& folder() const { return scratch_.path(); }
  /// The file with its bytes from `at` on replaced.
  void spoil(const std::string& name, std::size_t at, const std::string& bytes) const {
    std::string whole = read_file(folder() / name);
    write_file(folder() / name, whole.replace(at, bytes.size(), bytes));
  }
  void cut(const std::string& name, std::size_t bytes) const {
    const std::string whole = read_file(folder() / name);
    write_file(folder() / name, whole.substr(0, whole.size() - bytes));
  }

 private:
  ScratchFolder scratch_;
};
using FashionMnist = Files;
using Cifar = Files;

TEST_F(FashionMnist, StandsInABlackFrameOfTwoPixels) {
  make_fashion_mnist(folder(), 20);
  const Images images = read_images(DataSet::fashion_mnist, folder(), Part::training);
  EXPECT_EQ(images.pixels.sizes(), (std::vector<std::int64_t>{20, 1, 32, 32}));
  EXPECT_EQ(images.labels[13].item<int>(), 3);
  const auto image = images.pixels[13][0];
  EXPECT_EQ(image.slice(0, 0, 2).sum().item<int>() + image.slice(0, 30).sum().item<int>(), 0);
  EXPECT_EQ(image.slice(1, 0, 2).sum().item<int>() + image.slice(1, 30).sum().item<int>(), 0);
  EXPECT_EQ(image[2][2].item<int>(), 75) << "the first pixel of class 3";
  EXPECT_EQ(image[2][6].item<int>(), 225) << "its second stripe";
}

TEST_F(FashionMnist, IsReadAsPublishedToo) {
  make_fashion_mnist(folder(), 20);
  const Images plain = read_images(DataSet::fashion_mnist, folder(), Part::training);
  for (const char* name : {"train-images-idx3-ubyte", "train-labels-idx1-ubyte"}) {
    const std::string bytes = read_file(folder() / name);
    gzFile out = gzopen((folder() / (std::string(name) + ".gz")).c_str(), "wb");
    gzwrite(out, bytes.data(), static_cast<unsigned>(bytes.size()));
    gzclose(out);
    std::filesystem::remove(folder() / name);
  }
  const Images compressed = read_images(DataSet::fashion_mnist, folder(), Part::training);
  EXPECT_TRUE(torch::equal(compressed.pixels, plain.pixels));
  EXPECT_TRUE(torch::equal(compressed.labels, plain.labels));
  cut("train-images-idx3-ubyte.gz", 20);
  EXPECT_THAT(refusal(DataSet::fashion_mnist), AllOf(HasSubstr("train-images-idx3-ubyte.gz"), HasSubstr("cut short")));
}

TEST_F(FashionMnist, IsRefusedWhereAFileIsAbsent) {
  make_fashion_mnist(folder(), 20);
  std::filesystem::remove(folder() / "train-labels-idx1-ubyte");
  EXPECT_THAT(refusal(DataSet::fashion_mnist), HasSubstr("neither train-labels-idx1-ubyte nor"));
}

TEST_F(FashionMnist, IsRefusedWhereItIsCutShort) {
  make_fashion_mnist(folder(), 20);
  cut("train-images-idx3-ubyte", 1);
  EXPECT_THAT(refusal(DataSet::fashion_mnist),
              AllOf(HasSubstr("has 15679 bytes after its header, which speaks of more"), HasSubstr("cut short")));
  cut("train-images-idx3-ubyte", 15679 + 1);
  EXPECT_THAT(refusal(DataSet::fashion_mnist), HasSubstr("15 bytes in all"));
}

TEST_F(FashionMnist, IsRefusedWhereTheHeaderSpeaksOfFewerBytes) {
  make_fashion_mnist(folder(), 20);
  spoil("train-images-idx3-ubyte", 7, "\x13");
  EXPECT_THAT(refusal(DataSet::fashion_mnist), HasSubstr("has 15680 bytes after its header, which speaks of 14896"));
}

TEST_F(FashionMnist, IsRefusedWhereTheMagicNumberIsAnother) {
  make_fashion_mnist(folder(), 20);
  spoil("train-images-idx3-ubyte", 3, "\x01");
  EXPECT_THAT(refusal(DataSet::fashion_mnist),
              AllOf(HasSubstr("the magic number 2049"), HasSubstr("expected the magic number 2051")));
}

TEST_F(FashionMnist, IsRefusedWhereImagesAndLabelsDifferInNumber) {
  make_fashion_mnist(folder(), 20);
  write_idx(folder() / "train-labels-idx1-ubyte", {19}, std::string(19, '\1'));
  EXPECT_THAT(refusal(DataSet::fashion_mnist), AllOf(HasSubstr("holds 20 images"), HasSubstr("19 labels")));
}

TEST_F(FashionMnist, IsRefusedWhereImagesAreOfAnotherSize) {
  make_fashion_mnist(folder(), 20);
  write_idx(folder() / "train-images-idx3-ubyte", {20, 14, 28}, std::string(20 * 14 * 28, '\0'));
  EXPECT_THAT(refusal(DataSet::fashion_mnist), HasSubstr("images of 14 x 28 pixels, expected 28 x 28"));
}

TEST_F(FashionMnist, IsRefusedWhereALabelIsNoClass) {
  make_fashion_mnist(folder(), 20);
  spoil("train-labels-idx1-ubyte", 8 + 5, "\x0A");
  EXPECT_THAT(refusal(DataSet::fashion_mnist), HasSubstr("image 5 of " + folder().string() + " is labelled 10"));
}

TEST_F(Cifar, IsReadFromItsFiveBatchesInTheirOrder) {
  for (int batch = 1; batch <= 5; ++batch)
    write_file(folder() / ("data_batch_" + std::to_string(batch) + ".bin"), cifar_records(3, batch));
  write_file(folder() / "train.bin", "not looked at");
  const Images images = read_images(DataSet::cifar10, folder(), Part::training);
  EXPECT_EQ(images.pixels.sizes(), (std::vector<std::int64_t>{15, 3, 32, 32}));
  EXPECT_EQ(images.labels[3].item<int>(), 2);
  EXPECT_EQ(images.pixels[3][0][0][0].item<int>(), 50) << "the red plane comes first";
  EXPECT_EQ(images.pixels[3][2][0][0].item<int>(), 100) << "the blue one last";
}

TEST_F(Cifar, IsReadFromOneFileToo) {
  write_file(folder() / "train.bin", cifar_records(4));
  write_file(folder() / "test.bin", cifar_records(2, 7));
  EXPECT_EQ(read_images(DataSet::cifar10, folder(), Part::training).size(), 4);
  EXPECT_EQ(read_images(DataSet::cifar10, folder(), Part::test).labels[1].item<int>(), 8);
}

TEST_F(Cifar, IsRefusedWhereABatchIsAbsent) {
  EXPECT_THAT(refusal(DataSet::cifar10), HasSubstr("there is no " + (folder() / "train.bin").string()));
  write_file(folder() / "data_batch_1.bin", cifar_records(1));
  EXPECT_THAT(refusal(DataSet::cifar10), HasSubstr("there is no " + (folder() / "data_batch_2.bin").string()));
}

TEST_F(Cifar, IsRefusedWhereItIsCutShort) {
  write_file(folder() / "train.bin", cifar_records(2).substr(1));
  EXPECT_THAT(refusal(DataSet::cifar10), HasSubstr("has 6145 bytes, expected a multiple of 3073"));
  write_file(folder() / "train.bin", "");
  EXPECT_THAT(refusal(DataSet::cifar10), HasSubstr("has 0 bytes"));
}

TEST_F(Cifar, IsRefusedWhereALabelIsNoClass) {
  write_file(folder() / "train.bin", cifar_records(2));
  spoil("train.bin", 3073, "\x64");
  EXPECT_THAT(refusal(DataSet::cifar10), HasSubstr("is labelled 100, expected 0 to 9"));
}

TEST_F(Files, AreRefusedWhereThereIsNoFolder) {
  const auto said = what_is_said<std::runtime_error>(
      [&] { (void)read_images(DataSet::cifar10, folder() / "nowhere", Part::training); });
  EXPECT_THAT(said, AllOf(HasSubstr("there is no folder"), HasSubstr("--data")));
}

TEST(Scaled, TakesBlackToMinusOneAndWhiteToOne) {
  const auto values = scaled(torch::tensor({0, 255}, torch::kByte));
  EXPECT_EQ(values[0].item<float>(), -1.0F);
  EXPECT_EQ(values[1].item<float>(), 1.0F);
}

}  // namespace
}  // namespace pbt::gan
