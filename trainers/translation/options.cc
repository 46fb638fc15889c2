#include "translation/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <stdexcept>

namespace pbt::translation {
namespace {

void add_data(CLI::App& app, Options& options) {
  app.add_option("--train", options.training, "the training text: files PREFIX.SOURCE and PREFIX.TARGET");
  app.add_option("--validation", options.validation, "the text that turns are scored on, in the same way");
  app.add_option("--source", options.languages.source, "ending of the files to translate from, such as en");
  app.add_option("--target", options.languages.target, "ending of the files to translate into, such as de");
  app.add_option("--codes", options.codes, "byte-pair codes; without them they are learnt from the training text");
  app.add_option("--vocabulary", options.vocabulary, "symbols to learn codes for, of both languages together")
      ->capture_default_str();
}

void add_network(CLI::App& app, Options& options) {
  Sizes& sizes = options.settings.sizes;
  app.add_option("--width", sizes.width, "of the vectors between the layers")->capture_default_str();
  app.add_option("--layers", sizes.layers, "of the encoder, and of the decoder")->capture_default_str();
  app.add_option("--heads", sizes.heads, "of attention")->capture_default_str();
  app.add_option("--feed-forward", sizes.feed_forward, "width within a feed-forward sublayer")->capture_default_str();
  app.add_option("--embeddings", options.embeddings,
                 "shared: one matrix for source, target and softmax; target: one for target and softmax; separate")
      ->capture_default_str();
  app.add_option("--device", options.settings.device, "auto, cpu, cuda or cuda:N")->capture_default_str();
}

/// A flag for each hyperparameter: what holds where a worker's turn does not say otherwise.
void add_hyperparameters(CLI::App& app, Config& config) {
  for (const auto& field : fields()) {
    std::string flag = std::string("--") + field.name;
    std::replace(flag.begin(), flag.end(), '_', '-');
    std::visit(
        [&](auto member) {
          app.add_option(flag, config.*member, field.help)
              ->capture_default_str()
              ->check(CLI::Range(field.low, field.high))
              ->group("Hyperparameters");
        },
        field.member);
  }
}

}  // namespace

void add_options(CLI::App& app, Options& options) {
  add_data(app, options);
  add_network(app, options);
  app.add_option("--beam", options.settings.search.beam,
                 "hypotheses a sentence; 1: the most probable symbol after the other")
      ->capture_default_str();
  app.add_option("--length-exponent", options.settings.search.length_exponent,
                 "of the length normalisation ((5 + length) / 6) ^ exponent, with --beam")
      ->capture_default_str();
  trainers::add_options(app, options.alone);
  auto* learn = app.add_option("--learn-codes", options.learn_codes, "only learn codes, and write them to this file");
  auto* evaluate = app.add_option("--evaluate", options.evaluate,
                                  "translate with the checkpoint in this folder instead: the text of --test, or stdin");
  auto* test = app.add_option("--test", options.test, "with --evaluate: the text to translate and to score");
  auto* output = app.add_option("--output", options.output, "with --test: file for its translations");
  auto* bleu = app.add_option("--bleu", options.bleu, "only print the BLEU of two files: translations and references");
  bleu->expected(2);
  test->needs(evaluate);
  output->needs(test);
  learn->excludes(evaluate)->excludes(bleu);
  evaluate->excludes(bleu);
  add_hyperparameters(app, options.config);
}

std::shared_ptr<const Task> task_from(const Options& options) {
  const auto require = [](const std::string& value, const char* flag, const char* expected) {
    if (value.empty()) throw std::invalid_argument(std::string(flag) + " is missing: expected " + expected);
  };
  require(options.training, "--train",
          "the prefix of the training text, as in --train data/train --source en --target de");
  require(options.validation, "--validation", "the prefix of the validation text, as in --validation data/val");
  require(options.languages.source, "--source", "the ending of the files to translate from, such as en");
  require(options.languages.target, "--target", "the ending of the files to translate into, such as de");
  return load_task(options.training, options.validation, options.languages, options.codes, options.vocabulary);
}

}  // namespace pbt::translation
