#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <numeric>
#include <stdexcept>

#include "common/one_thread.h"
#include "gan/classifier_training.h"

namespace {

using namespace pbt::gan;

struct Options {
  std::string data_set = "fashion-mnist";
  std::string data;
  std::string device = "auto";
  std::string save;
  std::string evaluate;
  ClassifierOptions training;
};

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

void print(const Classifier& classifier, const Images& test, c10::Device device) {
  const Examination examination = examine(classifier, test, device);
  const nlohmann::json result{{"dataset", name_of(classifier.data_set)},
                              {"images", test.size()},
                              {"accuracy", examination.accuracy},
                              {"inception_score", mean(examination.inception_scores)},
                              {"frechet_distance", frechet_distance(examination.features, classifier.real)}};
  std::printf("%s\n", result.dump().c_str());
}

int train(const Options& options) {
  const c10::Device device = repeating_device(options.device);
  const DataSet data_set = data_set_from(options.data_set);
  const Images training = read_images(data_set, options.data, Part::training);
  const Images test = read_images(data_set, options.data, Part::test);
  std::filesystem::create_directories(options.save);
  if (access(options.save.c_str(), W_OK) != 0)
    throw std::runtime_error("the folder " + options.save + " cannot be written: name another by --save");
  const auto tell = [&options](const Epoch& epoch) {
    std::printf("epoch %2lld of %lld  loss %.4f  training accuracy %.4f\n", static_cast<long long>(epoch.number),
                static_cast<long long>(options.training.epochs), epoch.loss, epoch.accuracy);
    std::fflush(stdout);
  };
  const Classifier classifier = train_classifier(options.training, data_set, training, test, device, tell);
  save(classifier, pbt::Folder(std::filesystem::absolute(options.save)));
  print(classifier, test, device);
  return 0;
}

int evaluate(const Options& options) {
  const c10::Device device = repeating_device(options.device);
  const DataSet data_set = data_set_from(options.data_set);
  const Classifier classifier = load_classifier(options.evaluate, data_set, device);
  print(classifier, read_images(data_set, options.data, Part::test), device);
  return 0;
}

}  // namespace

int main(int argc, char** argv) try {
  pbt::use_one_thread();
  Options options;
  CLI::App app{
      "Trains the classifier by which the GAN trainer scores images, or says how good one is: its accuracy on the test "
      "images, and their Inception score by it."};
  app.add_option("--dataset", options.data_set, "cifar10 or fashion-mnist")->capture_default_str();
  app.add_option("--data", options.data, "folder with the data set's published files")->required();
  app.add_option("--device", options.device, "auto, cpu, cuda or cuda:N")->capture_default_str();
  auto* save = app.add_option("--save", options.save, "folder for the classifier");
  app.add_option("--evaluate", options.evaluate, "a classifier's file or folder: examine it, train nothing")
      ->excludes(save);
  ClassifierOptions& training = options.training;
  app.add_option("--width", training.width, "channels of the first layer")
      ->capture_default_str()
      ->check(CLI::Range(1, 1024));
  app.add_option("--epochs", training.epochs, "passes through the training images")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_option("--batch", training.batch, "images an update")->capture_default_str()->check(CLI::Range(2, 65536));
  app.add_option("--learning-rate", training.learning_rate, "the highest of the schedule")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  app.add_option("--weight-decay", training.weight_decay)->capture_default_str()->check(CLI::NonNegativeNumber);
  app.add_option("--seed", training.seed)->capture_default_str()->check(CLI::NonNegativeNumber);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;  // 0: it was --help
  }
  if (options.evaluate.empty() && options.save.empty()) {
    std::fprintf(stderr, "classifier: say where the classifier goes by --save FOLDER, or which one to --evaluate\n");
    return 2;
  }
  return options.evaluate.empty() ? train(options) : evaluate(options);
} catch (const std::exception& error) {
  std::fprintf(stderr, "classifier: %s\n", error.what());
  return 1;
}
