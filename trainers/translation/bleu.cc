#include "translation/bleu.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <unordered_map>

namespace pbt::translation {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_stop(char c) { return c == '.' || c == ','; }

/// All of ASCII's punctuation but the apostrophe, the comma, the hyphen and the full stop.
bool stands_alone(char c) {
  return (c >= '{' && c <= '~') || (c >= '[' && c <= '`') || (c >= ' ' && c <= '&') || (c >= '(' && c <= '+') ||
         (c >= ':' && c <= '@') || c == '/';
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

/// Rewrites every pair of neighbours that `matches`, from left to right and each character once, as a regular
/// expression's substitution does. A character above U+007F is several bytes: only its neighbouring one is looked at,
/// and comes out the same.
template <class Matches, class Write>
std::string rewrite_pairs(const std::string& text, const Matches& matches, const Write& write) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i + 1 < text.size() && matches(text[i], text[i + 1])) {
      write(out, text[i], text[i + 1]);
      ++i;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> words;
  bool in_word = false;
  for (std::size_t at = 0; at < text.size();) {
    const Character character = character_at(text, at);
    const std::size_t bytes = std::max<std::size_t>(character.bytes, 1);
    const bool space = character.bytes > 0 && is_space(character.code);
    if (!space && !in_word) words.emplace_back();
    if (!space) words.back().append(text.substr(at, bytes));
    in_word = !space;
    at += bytes;
  }
  return words;
}

using Counts = std::unordered_map<std::string, std::int64_t>;

/// How often each run of `size` words occurs; no word holds a space.
Counts count_ngrams(const std::vector<std::string>& words, std::size_t size) {
  Counts counts;
  for (std::size_t i = 0; i + size <= words.size(); ++i) {
    std::string ngram = words[i];
    for (std::size_t k = 1; k < size; ++k) ngram += ' ' + words[i + k];
    ++counts[ngram];
  }
  return counts;
}

double score_of(const Bleu& counts) {
  if (std::all_of(counts.correct.begin(), counts.correct.end(), [](std::int64_t count) { return count == 0; }))
    return 0;
  double logs = 0;
  double smoothing = 1;
  for (std::size_t n = 0; n < counts.total.size(); ++n) {
    if (counts.total[n] == 0) return 0;
    const auto total = static_cast<double>(counts.total[n]);
    if (counts.correct[n] == 0) smoothing *= 2;
    const double precision =
        counts.correct[n] == 0 ? 100 / (smoothing * total) : 100 * static_cast<double>(counts.correct[n]) / total;
    logs += std::log(precision);
  }
  const double ratio = static_cast<double>(counts.reference_length) / static_cast<double>(counts.length);
  return std::exp(std::min(0.0, 1 - ratio)) * std::exp(logs / static_cast<double>(counts.total.size()));
}

}  // namespace

std::vector<std::string> bleu_words(std::string_view sentence) {
  std::string text = replaced(std::string(sentence), "<skipped>", "");
  text = replaced(replaced(text, "&quot;", "\""), "&amp;", "&");
  text = ' ' + replaced(replaced(text, "&lt;", "<"), "&gt;", ">") + ' ';
  std::string apart;
  for (const char c : text) apart += stands_alone(c) ? std::string{' ', c, ' '} : std::string{c};
  apart = rewrite_pairs(
      apart, [](char a, char b) { return !is_digit(a) && is_stop(b); },
      [](std::string& out, char a, char b) { out += {a, ' ', b, ' '}; });
  apart = rewrite_pairs(
      apart, [](char a, char b) { return is_stop(a) && !is_digit(b); },
      [](std::string& out, char a, char b) { out += {' ', a, ' ', b}; });
  apart = rewrite_pairs(
      apart, [](char a, char b) { return is_digit(a) && b == '-'; },
      [](std::string& out, char a, char b) { out += {a, ' ', b, ' '}; });
  return split(apart);
}

Bleu bleu(const Lines& translations, const Lines& references) {
  if (translations.size() != references.size())
    throw std::invalid_argument("BLEU of " + std::to_string(translations.size()) + " translations against " +
                                std::to_string(references.size()) + " references: expected one reference for each");
  Bleu result;
  for (std::size_t line = 0; line < translations.size(); ++line) {
    const auto words = bleu_words(translations[line]);
    const auto expected = bleu_words(references[line]);
    result.length += static_cast<std::int64_t>(words.size());
    result.reference_length += static_cast<std::int64_t>(expected.size());
    for (std::size_t n = 0; n < result.total.size(); ++n) {
      const Counts available = count_ngrams(expected, n + 1);
      for (const auto& [ngram, count] : count_ngrams(words, n + 1)) {
        result.total[n] += count;
        const auto found = available.find(ngram);
        if (found != available.end()) result.correct[n] += std::min(count, found->second);
      }
    }
  }
  result.score = score_of(result);
  return result;
}

}  // namespace pbt::translation
