#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "common/device.h"
#include "common/one_thread.h"
#include "pbt/client.h"
#include "translation/bleu.h"
#include "translation/checkpoint.h"
#include "translation/options.h"

namespace {

using namespace pbt::translation;

void write_file(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  if (!out.flush()) throw std::runtime_error("cannot write " + path + ": is its folder there, and may it be written?");
}

std::string joined(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  return text;
}

nlohmann::json json_of(const Bleu& bleu) {
  return {{"bleu", bleu.score},
          {"correct", bleu.correct},
          {"total", bleu.total},
          {"length", bleu.length},
          {"reference_length", bleu.reference_length}};
}

int learn_codes(const Options& options) {
  const ParallelText text = read_parallel(options.training, options.languages);
  const Codes codes = Codes::learn({&text.source, &text.target}, options.vocabulary);
  write_file(options.learn_codes, codes.to_text());
  std::printf("%zu symbols in %s\n", codes.vocabulary(), options.learn_codes.c_str());
  return 0;
}

/// Of whole files, as sacreBLEU reads them.
int score_files(const Options& options) {
  const Bleu result = bleu(read_lines(options.bleu[0]), read_lines(options.bleu[1]));
  std::printf("%s\n", json_of(result).dump().c_str());
  return 0;
}

int translate_input(Saved& saved, const Options& options) {
  for (std::string line; std::getline(std::cin, line);) {
    const Lines lines = lines_of(line + '\n', "standard input");
    const auto found = translate(*saved.model, Sentences(*saved.codes, lines), options.settings.search);
    std::cout << joined(decode_all(*saved.codes, found)) << std::flush;
  }
  return 0;
}

int evaluate(const Options& options) {
  const auto device = pbt::trainers::device_from(options.settings.device);
  Saved saved = load(pbt::Folder(std::filesystem::absolute(options.evaluate)), device);
  require_possible(options.settings.search);
  if (options.test.empty()) return translate_input(saved, options);
  Languages languages = options.languages;
  if (languages.source.empty()) languages.source = saved.languages.source;
  if (languages.target.empty()) languages.target = saved.languages.target;
  const ParallelText text = read_parallel(options.test, languages);
  const Pairs pairs{Sentences(*saved.codes, text.source), Sentences(*saved.codes, text.target)};
  const Lines translations = decode_all(*saved.codes, translate(*saved.model, pairs.source, options.settings.search));
  if (!options.output.empty()) write_file(options.output, joined(translations));
  nlohmann::json result = json_of(bleu(translations, text.target));
  result["loss"] = mean_loss(*saved.model, pairs);
  result["sentences"] = translations.size();
  result["step"] = saved.model->step;
  std::printf("%s\n", result.dump().c_str());
  return 0;
}

int run(Options& options) {
  options.settings.sizes.embeddings = embeddings_from(options.embeddings);
  if (!options.bleu.empty()) return score_files(options);
  if (!options.learn_codes.empty()) return learn_codes(options);
  if (!options.evaluate.empty()) return evaluate(options);
  (void)require_possible(options.settings);  // before the text, which may take minutes
  const auto train = make_translation_trainer(task_from(options), options.settings, options.config);
  if (pbt::started_by_worker()) return pbt::serve(train);
  pbt::trainers::train_in_turns(train, pbt::trainers::hyperparameters_from(fields(), options.config), options.alone);
  return 0;
}

}  // namespace

int main(int argc, char** argv) try {
  pbt::use_one_thread();
  Options options;
  options.alone.steps = 5000;
  options.alone.turn_steps = 500;
  CLI::App app{
      "Translation by a Transformer: a session trainer of pbt; without a worker it trains one member, or translates "
      "with "
      "a checkpoint."};
  add_options(app, options);
  CLI11_PARSE(app, argc, argv);
  return run(options);
} catch (const std::exception& error) {
  std::fprintf(stderr, "translation: %s\n", error.what());
  return 1;
}
