#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "translation/text.h"

namespace pbt::translation {

/// The number of a symbol in the vocabulary.
using Token = std::uint16_t;
constexpr std::size_t vocabulary_max = 65'536;

// Symbols that are no text. The first three are never produced, only read.
constexpr Token pad_token = 0;
constexpr Token begin_token = 1;
constexpr Token unknown_token = 2;  ///< a character that is not in the vocabulary
constexpr Token end_token = 3;
constexpr Token first_text_token = 4;

/// Byte-pair codes (Sennrich, Haddow and Birch, 2016): a vocabulary of characters and of symbols merged out of two
/// others, the pair that is most frequent first. Ours differ in two things. White space is a character of its own that
/// begins a word, as in SentencePiece (Kudo and Richardson, 2018), so that raw text goes in and comes out. And merges
/// stay within the words of words_of(), so that no symbol joins a letter and a full stop.
class Codes {
 public:
  /// Learns a vocabulary of at most `vocabulary` symbols from all `texts` together; fewer where no pair occurs twice.
  /// At most half of it are characters, the most frequent ones. Equal texts give equal codes: ties go to the pair whose
  /// symbols are older. Throws std::invalid_argument where `vocabulary` is below 16 or above `vocabulary_max`, or where
  /// the texts hold no word.
  [[nodiscard]] static Codes learn(const std::vector<const Lines*>& texts, std::size_t vocabulary);

  /// What to_text() wrote. Throws std::runtime_error that names `name` and the line that is wrong.
  [[nodiscard]] static Codes from_text(std::string_view text, const std::string& name);
  /// A first line that names the format, a line with all characters but the space, then one merge a line: two symbols
  /// with a tab between them.
  [[nodiscard]] std::string to_text() const;

  [[nodiscard]] std::size_t vocabulary() const { return symbols_.size(); }
  /// The symbols of a sentence, without begin or end.
  [[nodiscard]] std::vector<Token> encode(std::string_view sentence) const;
  /// The sentence that these symbols spell. Symbols that are no text are left out.
  [[nodiscard]] std::string decode(const std::vector<Token>& tokens) const;
  /// The symbols of one word of words_of().
  [[nodiscard]] std::vector<Token> encode_word(std::string_view word) const;

 private:
  struct Merge {
    Token left, right, result;
  };
  struct Learner;  // learn_codes.cc
  explicit Codes(std::vector<std::string> characters);
  /// Appends a merge; its result is a new symbol unless another pair spells the same one.
  void add_merge(Token left, Token right);
  [[nodiscard]] static std::uint64_t key(Token left, Token right) { return std::uint64_t{left} << 16U | right; }

  std::vector<std::string> symbols_;  ///< by token
  std::unordered_map<std::string, Token> tokens_;
  std::size_t characters_ = 0;  ///< symbols from first_text_token on that are characters, the space first
  std::vector<Merge> merges_;
  std::unordered_map<std::uint64_t, std::size_t> ranks_;  ///< of a pair: its place in merges_
};

}  // namespace pbt::translation
