#include "gan/classifier.h"

#include <gmock/gmock.h>
#include <torch/types.h>

#include <cmath>

#include "gan/classifier_training.h"
#include "gan/made_data.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/what_is_said.h"

namespace pbt::gan {
namespace {

using testing::HasSubstr;

class ClassifierFile : public testing::Test {
 protected:
  ClassifierFile() { make_fashion_mnist(scratch.path(), 100); }
  [[nodiscard]] Images images() const { return read_images(DataSet::fashion_mnist, scratch.path(), Part::training); }
  [[nodiscard]] Classifier trained(std::int64_t epochs) const {
    ClassifierOptions options;
    options.width = 2;
    options.epochs = epochs;
    options.batch = 20;
    return train_classifier(options, DataSet::fashion_mnist, images(), images(), torch::kCPU, [](const Epoch&) {});
  }
  [[nodiscard]] std::string refusal(const std::filesystem::path& path, DataSet data_set) const {
    return what_is_said<std::exception>([&] { (void)load_classifier(path, data_set, torch::kCPU); });
  }
  [[nodiscard]] Folder folder() const { return Folder(scratch.path()); }
  ScratchFolder scratch;
};

TEST_F(ClassifierFile, LearnsWhatCanBeLearnt) {
  const Examination examination = examine(trained(20), images(), torch::kCPU);
  EXPECT_GT(examination.accuracy, 0.95);
  EXPECT_GT(examination.inception_scores.front(), 5);
}

TEST_F(ClassifierFile, IsAFunctionOfTheSeed) {
  save(trained(2), folder());
  const std::string once = read_file(scratch.path() / "classifier.safetensors");
  save(trained(2), folder());
  EXPECT_TRUE(read_file(scratch.path() / "classifier.safetensors") == once);
}

TEST_F(ClassifierFile, SeesTheSameAfterItWasSavedAndRead) {
  const Classifier classifier = trained(2);
  save(classifier, folder());
  for (const auto& path : {scratch.path(), scratch.path() / "classifier.safetensors"}) {
    const Classifier read = load_classifier(path, DataSet::fashion_mnist, torch::kCPU);
    const auto some = scaled(images().pixels.slice(0, 0, 10));
    EXPECT_TRUE(torch::equal(look_at(read, some).probabilities, look_at(classifier, some).probabilities));
    EXPECT_TRUE(torch::equal(look_at(read, some).features, look_at(classifier, some).features));
    EXPECT_TRUE(torch::equal(read.real.covariance, classifier.real.covariance));
  }
}

TEST_F(ClassifierFile, KeepsTheStatisticsOfTheTestImages) {
  const Classifier classifier = trained(2);
  EXPECT_NEAR(frechet_distance(examine(classifier, images(), torch::kCPU).features, classifier.real), 0, 1e-9);
}

TEST_F(ClassifierFile, IsRefusedForAnotherDataSet) {
  save(trained(1), folder());
  EXPECT_THAT(refusal(scratch.path(), DataSet::cifar10),
              HasSubstr("was trained on fashion-mnist, and cifar10 is asked for"));
}

TEST_F(ClassifierFile, IsRefusedWhereItIsAbsentOrDamaged) {
  EXPECT_THAT(refusal(scratch.path(), DataSet::cifar10), HasSubstr("train one by build/trainers/classifier"));
  write_file(scratch.path() / "classifier.safetensors", "no such file");
  EXPECT_THAT(refusal(scratch.path(), DataSet::fashion_mnist), HasSubstr("classifier.safetensors is no checkpoint"));
}

TEST_F(ClassifierFile, IsRefusedWhereItHoldsWhatIsNoNumber) {
  Classifier classifier = trained(1);
  classifier.real.covariance.fill_(std::nan(""));
  save(classifier, folder());
  EXPECT_THAT(refusal(scratch.path(), DataSet::fashion_mnist), HasSubstr("are numbers that are none"));
}

TEST_F(ClassifierFile, NeedsTenTestImagesBeforeItTrains) {
  const Images few{images().pixels.slice(0, 0, 9), images().labels.slice(0, 0, 9)};
  int epochs = 0;
  EXPECT_THROW((void)train_classifier({}, DataSet::fashion_mnist, images(), few, torch::kCPU,
                                      [&epochs](const Epoch&) { ++epochs; }),
               std::invalid_argument);
  EXPECT_EQ(epochs, 0);
}

TEST_F(ClassifierFile, IsNotMadeWhereTrainingDiverges) {
  ClassifierOptions options;
  options.width = 2;
  options.epochs = 3;
  options.learning_rate = 1e30;
  const auto said = what_is_said<std::runtime_error>([&] {
    (void)train_classifier(options, DataSet::fashion_mnist, images(), images(), torch::kCPU, [](const Epoch&) {});
  });
  EXPECT_THAT(said, HasSubstr("diverged in epoch"));
}

TEST(CroppedAndMirrored, ShiftsWithinTheFrameAndMirrorsEveryOther) {
  auto images = torch::zeros({400, 1, image_size, image_size}, torch::kByte);
  images.select(2, 16).select(2, 10).fill_(9);
  Random random(1, Purpose::training);
  const auto shown = cropped_and_mirrored(images, 4, random);
  EXPECT_EQ(shown.sum().item<int>(), 400 * 9) << "each keeps its one bright pixel";
  const auto places = shown.nonzero();
  EXPECT_EQ(places.select(1, 2).min().item<int>(), 12);
  EXPECT_EQ(places.select(1, 2).max().item<int>(), 20);
  const auto columns = places.select(1, 3);
  EXPECT_EQ(columns.min().item<int>(), 6);
  EXPECT_EQ(columns.max().item<int>(), 25) << "31 - 6";
  EXPECT_NEAR(columns.gt(15).to(torch::kFloat).mean().item<double>(), 0.5, 0.1);
}

}  // namespace
}  // namespace pbt::gan
