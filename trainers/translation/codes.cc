#include "translation/codes.h"

#include <stdexcept>
#include <utility>

namespace pbt::translation {
namespace {

constexpr const char* first_line = "byte-pair codes, version 1";

[[noreturn]] void refuse(const std::string& name, std::size_t line, const std::string& why) {
  throw std::runtime_error(name + ":" + std::to_string(line) + ": " + why +
                           "; expected codes that translation --learn-codes wrote");
}

}  // namespace

Codes::Codes(std::vector<std::string> characters)
    : symbols_{"<pad>", "<begin>", "<unknown>", "<end>"}, characters_(characters.size()) {
  for (std::string& character : characters) {
    tokens_.emplace(character, static_cast<Token>(symbols_.size()));
    symbols_.push_back(std::move(character));
  }
}

void Codes::add_merge(Token left, Token right) {
  const std::string spelt = symbols_[left] + symbols_[right];
  const auto [place, is_new] = tokens_.emplace(spelt, static_cast<Token>(symbols_.size()));
  if (is_new) symbols_.push_back(spelt);
  ranks_.emplace(key(left, right), merges_.size());
  merges_.push_back({left, right, place->second});
}

std::string Codes::to_text() const {
  std::string text = first_line;
  text += '\n';
  for (std::size_t i = 1; i < characters_; ++i) text += symbols_[first_text_token + i];
  text += '\n';
  for (const Merge& merge : merges_) text += symbols_[merge.left] + '\t' + symbols_[merge.right] + '\n';
  return text;
}

Codes Codes::from_text(std::string_view text, const std::string& name) {
  const Lines lines = lines_of(text, name);
  if (lines.size() < 2 || lines[0] != first_line)
    refuse(name, 1, std::string("the first line is not \"") + first_line + "\", followed by the characters");
  std::vector<std::string> characters{" "};
  for (std::size_t at = 0; at < lines[1].size();) {
    const std::size_t bytes = character_at(lines[1], at).bytes;
    characters.push_back(lines[1].substr(at, bytes));
    at += bytes;
  }
  if (first_text_token + characters.size() > vocabulary_max) refuse(name, 2, "there are too many characters");
  Codes codes(std::move(characters));
  if (codes.tokens_.size() != codes.characters_) refuse(name, 2, "a character is there twice");
  for (std::size_t i = 2; i < lines.size(); ++i) {
    const std::size_t tab = lines[i].find('\t');
    if (tab == std::string::npos) refuse(name, i + 1, "there is no tab between two symbols");
    const auto left = codes.tokens_.find(lines[i].substr(0, tab));
    const auto right = codes.tokens_.find(lines[i].substr(tab + 1));
    if (left == codes.tokens_.end() || right == codes.tokens_.end())
      refuse(name, i + 1, "a symbol in it has not been made by a line above");
    if (codes.ranks_.count(key(left->second, right->second)) != 0) refuse(name, i + 1, "the same merge is there twice");
    if (codes.vocabulary() == vocabulary_max) refuse(name, i + 1, "there are too many symbols");
    codes.add_merge(left->second, right->second);
  }
  return codes;
}

std::vector<Token> Codes::encode_word(std::string_view word) const {
  std::vector<Token> symbols;
  for (std::size_t at = 0; at < word.size();) {
    const std::size_t bytes = std::max<std::size_t>(character_at(word, at).bytes, 1);
    const auto found = tokens_.find(std::string(word.substr(at, bytes)));
    symbols.push_back(found == tokens_.end() ? unknown_token : found->second);
    at += bytes;
  }
  while (symbols.size() > 1) {
    std::size_t best = merges_.size();
    for (std::size_t i = 0; i + 1 < symbols.size(); ++i) {
      const auto found = ranks_.find(key(symbols[i], symbols[i + 1]));
      if (found != ranks_.end()) best = std::min(best, found->second);
    }
    if (best == merges_.size()) break;
    const Merge& merge = merges_[best];
    std::size_t kept = 0;
    for (std::size_t i = 0; i < symbols.size(); ++i) {
      const bool pair = i + 1 < symbols.size() && symbols[i] == merge.left && symbols[i + 1] == merge.right;
      symbols[kept++] = pair ? merge.result : symbols[i];
      if (pair) ++i;
    }
    symbols.resize(kept);
  }
  return symbols;
}

std::vector<Token> Codes::encode(std::string_view sentence) const {
  std::vector<Token> tokens;
  for (const std::string& word : words_of(sentence)) {
    const std::vector<Token> symbols = encode_word(word);
    tokens.insert(tokens.end(), symbols.begin(), symbols.end());
  }
  return tokens;
}

std::string Codes::decode(const std::vector<Token>& tokens) const {
  std::string text;
  for (const Token token : tokens)
    if (token >= first_text_token && token < symbols_.size()) text += symbols_[token];
  if (!text.empty() && text.front() == ' ') text.erase(0, 1);
  return text;
}

}  // namespace pbt::translation
