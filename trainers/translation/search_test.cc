#include "translation/search.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <stdexcept>

namespace pbt::translation {
namespace {

using testing::ElementsAre;

constexpr std::int64_t toy_vocabulary = 8;
constexpr Token a = 4, b = 5, c = 6;

/// A language in which what follows depends on the last symbol alone, and the search's view of it. Probabilities that
/// are not named are 0.
struct Chain {
  std::map<std::int64_t, std::map<std::int64_t, double>> follows;
  int calls = 0;
  std::vector<std::int64_t> rows{};  ///< in each call

  NextLogits next() {
    return [this](const at::Tensor& tokens, const at::Tensor& /*rows*/) {
      ++calls;
      rows.push_back(tokens.size(0));
      auto logits = at::full({tokens.size(0), toy_vocabulary}, -INFINITY);
      for (std::int64_t row = 0; row < tokens.size(0); ++row)
        for (const auto& [symbol, probability] : follows[tokens[row].item<std::int64_t>()])
          logits[row][symbol] = std::log(probability);
      return logits;
    };
  }
};

/// Greedy goes to `a` (0.6), whose best ending is worth 0.6 * 0.4 = 0.24; by way of `b` it is 0.4 * 1 = 0.4.
Chain garden_path() {
  return {{{begin_token, {{a, 0.6}, {b, 0.4}}}, {a, {{end_token, 0.4}, {a, 0.3}, {b, 0.3}}}, {b, {{end_token, 1.0}}}}};
}

TEST(GreedySearch, TakesTheMostProbableSymbolEachTime) {
  Chain chain = garden_path();
  EXPECT_THAT(greedy_search(chain.next(), {10}, c10::kCPU), ElementsAre(ElementsAre(a)));
}

TEST(BeamSearch, FindsWhatGreedySearchMisses) {
  Chain chain = garden_path();
  EXPECT_THAT(beam_search(chain.next(), {10}, {2, 0}, c10::kCPU), ElementsAre(ElementsAre(b)));
}

TEST(BeamSearch, OfOneHypothesisIsGreedy) {
  Chain chain = garden_path();
  EXPECT_EQ(beam_search(chain.next(), {10, 10}, {1, 0.6}, c10::kCPU), greedy_search(chain.next(), {10, 10}, c10::kCPU));
}

// "a" is worth 0.5 * 0.5 = 0.25 and "b c" 0.5 * 0.7 * 0.65 = 0.2275: as log-probabilities -1.386 and -1.481. With
// exponent 1, divided by 7/6 and 8/6, they are -1.188 and -1.110.
TEST(BeamSearch, PrefersTheLongerTranslationByLengthNormalisationAlone) {
  Chain chain;
  chain.follows[begin_token] = {{a, 0.5}, {b, 0.5}};
  chain.follows[a] = {{end_token, 0.5}, {a, 0.25}, {b, 0.25}};
  chain.follows[b] = {{c, 0.7}, {a, 0.15}, {b, 0.15}};
  chain.follows[c] = {{end_token, 0.65}, {a, 0.35}};
  EXPECT_THAT(beam_search(chain.next(), {10}, {2, 0}, c10::kCPU), ElementsAre(ElementsAre(a)));
  EXPECT_THAT(beam_search(chain.next(), {10}, {2, 1}, c10::kCPU), ElementsAre(ElementsAre(b, c)));
}

TEST(BeamSearch, NeverProducesWhatIsNoText) {
  Chain chain;
  chain.follows[begin_token] = {{pad_token, 0.3}, {begin_token, 0.3}, {unknown_token, 0.3}, {a, 0.1}};
  chain.follows[a] = {{unknown_token, 0.9}, {end_token, 0.1}};
  EXPECT_THAT(beam_search(chain.next(), {10}, {2, 0.6}, c10::kCPU), ElementsAre(ElementsAre(a)));
  EXPECT_THAT(greedy_search(chain.next(), {10}, c10::kCPU), ElementsAre(ElementsAre(a)));
}

TEST(Searches, StopAtEachSentencesLimit) {
  Chain chain;
  chain.follows[begin_token] = {{a, 1.0}};
  chain.follows[a] = {{a, 1.0}};
  EXPECT_THAT(greedy_search(chain.next(), {1, 3}, c10::kCPU), ElementsAre(ElementsAre(a), ElementsAre(a, a, a)));
  EXPECT_THAT(beam_search(chain.next(), {1, 3}, {2, 0.6}, c10::kCPU),
              ElementsAre(ElementsAre(a), ElementsAre(a, a, a)));
}

TEST(Searches, SpendNothingOnSentencesThatHaveEnded) {
  Chain greedy = {{{begin_token, {{a, 1.0}}}, {a, {{a, 1.0}}}}};
  (void)greedy_search(greedy.next(), {1, 3, 2}, c10::kCPU);
  EXPECT_THAT(greedy.rows, ElementsAre(3, 2, 1));
  Chain beam = {{{begin_token, {{a, 1.0}}}, {a, {{a, 1.0}}}}};
  (void)beam_search(beam.next(), {1, 3, 2}, {2, 0.6}, c10::kCPU);
  EXPECT_THAT(beam.rows, ElementsAre(6, 4, 2));
}

TEST(Searches, TranslateNothingIntoNothing) {
  Chain chain;
  EXPECT_TRUE(greedy_search(chain.next(), {}, c10::kCPU).empty());
  EXPECT_TRUE(beam_search(chain.next(), {}, {4, 0.6}, c10::kCPU).empty());
}

TEST(Searches, RefuseABeamOrAnExponentOutOfRange) {
  EXPECT_THROW(require_possible(Search{0, 0.6}), std::invalid_argument);
  EXPECT_THROW(require_possible(Search{65, 0.6}), std::invalid_argument);
  EXPECT_THROW(require_possible(Search{4, -1}), std::invalid_argument);
  EXPECT_THROW(require_possible(Search{4, std::nan("")}), std::invalid_argument);
  EXPECT_NO_THROW(require_possible(Search{4, 0}));
}

}  // namespace
}  // namespace pbt::translation
