#include <algorithm>
#include <queue>
#include <stdexcept>

#include "translation/codes.h"

namespace pbt::translation {
namespace {

/// How often each word occurs, in the words' order.
std::map<std::string, std::int64_t> count_words(const std::vector<const Lines*>& texts) {
  std::unordered_map<std::string, std::int64_t> counts;
  for (const Lines* text : texts)
    for (const std::string& line : *text)
      for (std::string& word : words_of(line)) ++counts[std::move(word)];
  return {counts.begin(), counts.end()};
}

/// The space, then the others by falling frequency, as many as `most` allows.
std::vector<std::string> frequent_characters(const std::map<std::string, std::int64_t>& words, std::size_t most) {
  std::map<std::string, std::int64_t> counts;
  for (const auto& [word, count] : words)
    for (std::size_t at = 0; at < word.size();) {
      const std::size_t bytes = std::max<std::size_t>(character_at(word, at).bytes, 1);
      counts[word.substr(at, bytes)] += count;
      at += bytes;
    }
  counts.erase(" ");
  std::vector<std::pair<std::int64_t, std::string>> order;
  for (const auto& [character, count] : counts) order.emplace_back(-count, character);
  std::sort(order.begin(), order.end());
  std::vector<std::string> characters{" "};
  for (const auto& [count, character] : order)
    if (characters.size() < most) characters.push_back(character);
  return characters;
}

}  // namespace

/// Keeps the count of every pair while words change, and a queue of pairs by count. An entry of the queue may be stale;
/// for each pair there is one that states its present count or more.
struct Codes::Learner {
  struct Word {
    std::vector<Token> symbols;
    std::int64_t count;
  };
  struct Candidate {
    std::int64_t count;
    std::uint64_t pair;
    bool operator<(const Candidate& other) const {
      return count != other.count ? count < other.count : pair > other.pair;
    }
  };

  explicit Learner(Codes& learnt) : codes(learnt) {}

  void add(const std::string& text, std::int64_t count) {
    words.push_back({codes.encode_word(text), count});
    count_pairs(words.size() - 1, count);
  }

  /// Adds `by` to the counts of the word's pairs. A character outside the vocabulary merges with nothing.
  void count_pairs(std::size_t word, std::int64_t by) {
    const std::vector<Token>& symbols = words[word].symbols;
    for (std::size_t i = 0; i + 1 < symbols.size(); ++i) {
      if (symbols[i] == unknown_token || symbols[i + 1] == unknown_token) continue;
      const std::uint64_t pair = key(symbols[i], symbols[i + 1]);
      counts[pair] += by;
      if (by > 0) places[pair].push_back(word);
      changed.push_back(pair);
    }
  }

  void queue_changed() {
    for (const std::uint64_t pair : changed)
      if (const std::int64_t count = counts[pair]; count > 1) queue.push({count, pair});
    changed.clear();
  }

  /// Merges the most frequent pair everywhere. False where none occurs twice.
  bool merge_one() {
    while (!queue.empty() && queue.top().count != counts[queue.top().pair]) queue.pop();
    if (queue.empty()) return false;
    const std::uint64_t pair = queue.top().pair;
    queue.pop();
    codes.add_merge(static_cast<Token>(pair >> 16U), static_cast<Token>(pair & 0xFFFFU));
    const Merge merge = codes.merges_.back();
    std::vector<std::size_t> where = std::move(places[pair]);
    places.erase(pair);
    std::sort(where.begin(), where.end());
    where.erase(std::unique(where.begin(), where.end()), where.end());
    for (const std::size_t word : where) apply(merge, word);
    queue_changed();
    return true;
  }

  void apply(const Merge& merge, std::size_t word) {
    count_pairs(word, -words[word].count);
    std::vector<Token>& symbols = words[word].symbols;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < symbols.size(); ++i) {
      const bool found = i + 1 < symbols.size() && symbols[i] == merge.left && symbols[i + 1] == merge.right;
      symbols[kept++] = found ? merge.result : symbols[i];
      if (found) ++i;
    }
    symbols.resize(kept);
    count_pairs(word, words[word].count);
  }

  Codes& codes;
  std::vector<Word> words;
  std::unordered_map<std::uint64_t, std::int64_t> counts;
  std::unordered_map<std::uint64_t, std::vector<std::size_t>> places;  ///< words that hold or held the pair
  std::vector<std::uint64_t> changed;
  std::priority_queue<Candidate> queue;
};

Codes Codes::learn(const std::vector<const Lines*>& texts, std::size_t vocabulary) {
  if (vocabulary < 16 || vocabulary > vocabulary_max)
    throw std::invalid_argument("a vocabulary of " + std::to_string(vocabulary) + " symbols: expected 16 to " +
                                std::to_string(vocabulary_max));
  const auto words = count_words(texts);
  if (words.empty()) throw std::invalid_argument("there is no word in the training text to learn codes from");
  Codes codes(frequent_characters(words, vocabulary / 2));
  Learner learner(codes);
  for (const auto& [word, count] : words) learner.add(word, count);
  learner.queue_changed();
  while (codes.vocabulary() < vocabulary && learner.merge_one()) {
  }
  return codes;
}

}  // namespace pbt::translation
