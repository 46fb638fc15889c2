#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "translation/text.h"

namespace pbt::translation {

/// What corpus BLEU (Papineni et al., 2002) is made of.
struct Bleu {
  double score = 0;                       ///< 0 to 100
  std::array<std::int64_t, 4> correct{};  ///< n-grams of 1 to 4 words that the reference has too, clipped
  std::array<std::int64_t, 4> total{};    ///< n-grams of the translations
  std::int64_t length = 0;                ///< words of the translations
  std::int64_t reference_length = 0;
};

/// The words by which BLEU counts: the tokenisation of mteval-v13a, sacreBLEU's "13a".
[[nodiscard]] std::vector<std::string> bleu_words(std::string_view sentence);

/// BLEU of translations against one reference each, equal to sacreBLEU's (Post, 2018) with its defaults
/// (nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp), on detokenised text:
///   exp(min(0, 1 - reference_length / length)) * exp(mean over n of log(100 * correct[n] / total[n])),
/// where the i-th n without a correct n-gram counts 1 / 2^i ones; 0 where nothing is correct, or where no sentence has
/// four words. Throws std::invalid_argument where the numbers of lines differ.
[[nodiscard]] Bleu bleu(const Lines& translations, const Lines& references);

}  // namespace pbt::translation
