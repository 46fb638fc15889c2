#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "translation/codes.h"

namespace pbt::translation {

/// Logits of the symbol that follows, [n, vocabulary]. Row i of `tokens` ([n], int64) continues row `rows[i]` of the
/// last call; `rows` is undefined where each continues itself, and in the first call.
using NextLogits = std::function<at::Tensor(const at::Tensor& tokens, const at::Tensor& rows)>;

/// One sentence's symbols, without begin and end.
using Tokens = std::vector<Token>;

/// How translations are searched for.
struct Search {
  std::int64_t beam = 1;         ///< hypotheses a sentence, 1 to 64; 1: the most probable symbol at each step
  double length_exponent = 0.6;  ///< 0 to 10; 0: without length normalisation
};

/// Throws std::invalid_argument where a value is out of its range.
void require_possible(const Search& search);

/// The most probable symbol after the other, up to end or `limits[i]` symbols. `limits` has an entry a sentence, each
/// 1 or more.
[[nodiscard]] std::vector<Tokens> greedy_search(const NextLogits& next, const std::vector<std::int64_t>& limits,
                                                const c10::Device& device);

/// The best of the first `beam` hypotheses to end, by
///   log P(symbols) / ((5 + length) / 6) ^ length_exponent
/// (Wu et al., 2016, formula 14), where the end counts as a symbol; without it short translations win, as each further
/// symbol makes the product smaller. Where none ends within the limit, the best that has not. Rows are sentence after
/// sentence, `beam` of each.
[[nodiscard]] std::vector<Tokens> beam_search(const NextLogits& next, const std::vector<std::int64_t>& limits,
                                              const Search& search, const c10::Device& device);

}  // namespace pbt::translation
