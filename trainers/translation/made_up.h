#pragma once

#include "translation/corpus.h"
#include "translation/transformer.h"

namespace pbt::translation {

/// Sentences of one to four words in a language of eight, and their translations, word by word.
[[nodiscard]] inline ParallelText made_up_text(std::size_t sentences, std::uint64_t seed) {
  static const char* const source[] = {"red", "big", "dog", "cat", "runs", "sees", "the", "one"};
  static const char* const target[] = {"rot", "groß", "Hund", "Katze", "läuft", "sieht", "der", "ein"};
  trainers::Random random(seed, trainers::Purpose::training);
  ParallelText text;
  for (std::size_t i = 0; i < sentences; ++i) {
    std::string from, to;
    for (std::size_t words = 1 + random.index(4); words > 0; --words) {
      const std::size_t word = random.index(8);
      const char* const space = from.empty() ? "" : " ";
      from += std::string(space) + source[word];
      to += std::string(space) + target[word];
    }
    text.source.push_back(from + ".");
    text.target.push_back(to + ".");
  }
  return text;
}

[[nodiscard]] inline std::shared_ptr<const Task> made_up_task(std::size_t sentences = 400,
                                                              std::size_t vocabulary = 120) {
  const ParallelText training = made_up_text(sentences, 1);
  const auto codes = std::make_shared<const Codes>(Codes::learn({&training.source, &training.target}, vocabulary));
  return make_task(training, made_up_text(50, 2), {"en", "de"}, codes);
}

[[nodiscard]] inline Sizes small_sizes() { return {32, 1, 2, 64, Embeddings::shared}; }

}  // namespace pbt::translation
