#pragma once

#include <string>
#include <vector>

#include "common/alone.h"
#include "translation/translation_trainer.h"

namespace pbt::translation {

/// The command line of the trainer.
struct Options {
  std::string training, validation;  ///< prefixes of the parallel texts
  Languages languages;
  std::string codes;
  std::size_t vocabulary = 5000;
  std::string embeddings = "shared";
  Settings settings;
  Config config;
  trainers::AloneOptions alone;

  std::string learn_codes;        ///< the file to write them to
  std::string evaluate;           ///< a checkpoint's folder
  std::string test;               ///< prefix of the parallel text to evaluate on
  std::string output;             ///< where the test's translations go; empty: nowhere
  std::vector<std::string> bleu;  ///< two files: translations, references
};

/// Adds all of them; `options` outlives `app`.
void add_options(CLI::App& app, Options& options);

/// The task that the options name. Throws std::invalid_argument where one is missing, and what load_task() throws.
[[nodiscard]] std::shared_ptr<const Task> task_from(const Options& options);

}  // namespace pbt::translation
