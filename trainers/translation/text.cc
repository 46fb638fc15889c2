#include "translation/text.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace pbt::translation {
namespace {

enum class Kind { letter, digit, other };

/// Blocks of punctuation and symbols above U+007F: of Latin-1, general, currency, arrows to dingbats, CJK, full width.
bool is_symbol(std::uint32_t code) {
  return (code >= 0x80 && code < 0xC0 && code != 0xAA && code != 0xB5 && code != 0xBA) || code == 0xD7 ||
         code == 0xF7 || (code >= 0x2000 && code < 0x2070) || (code >= 0x20A0 && code < 0x20D0) ||
         (code >= 0x2190 && code < 0x2C00) || (code >= 0x3000 && code < 0x3040) || (code >= 0xFF00 && code < 0xFF10);
}

Kind kind_of(std::uint32_t code) {
  if (code >= '0' && code <= '9') return Kind::digit;
  const bool letter = (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z') || (code > 0x7F && !is_symbol(code));
  return letter ? Kind::letter : Kind::other;
}

/// Where `text` stops being UTF-8, or its size.
std::size_t end_of_utf8(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t bytes = character_at(text, at).bytes;
    if (bytes == 0) break;
    at += bytes;
  }
  return at;
}

}  // namespace

Character character_at(std::string_view text, std::size_t at) {
  if (at >= text.size()) return {};
  const auto byte = [&](std::size_t offset) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[at + offset]));
  };
  const std::uint32_t first = byte(0);
  if (first < 0x80) return {first, 1};
  const std::size_t bytes = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || bytes > text.size() - at) return {};
  std::uint32_t code = first & (0x7FU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {};
    code = (code << 6U) | (byte(i) & 0x3FU);
  }
  constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool valid = code >= least[bytes] && code <= 0x10FFFF && !(code >= 0xD800 && code < 0xE000);
  return valid ? Character{code, bytes} : Character{};
}

bool is_space(std::uint32_t code) {
  return (code >= 0x09 && code <= 0x0D) || (code >= 0x1C && code <= 0x20) || code == 0x85 || code == 0xA0 ||
         code == 0x1680 || (code >= 0x2000 && code <= 0x200A) || code == 0x2028 || code == 0x2029 || code == 0x202F ||
         code == 0x205F || code == 0x3000;
}

std::vector<std::string> words_of(std::string_view sentence) {
  std::vector<std::string> words;
  bool after_space = true;
  Kind last = Kind::other;
  for (std::size_t at = 0; at < sentence.size();) {
    const Character character = character_at(sentence, at);
    const std::size_t bytes = character.bytes == 0 ? 1 : character.bytes;
    if (is_space(character.code)) {
      after_space = true;
    } else {
      const Kind kind = kind_of(character.code);
      if (after_space) words.emplace_back(" ");
      if (!after_space && kind != last) words.emplace_back();
      words.back().append(sentence.substr(at, bytes));
      last = kind;
      after_space = false;
    }
    at += bytes;
  }
  return words;
}

Lines lines_of(std::string_view text, const std::string& name) {
  Lines lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (const std::size_t bad = end_of_utf8(line); bad < line.size())
      throw std::runtime_error(name + ":" + std::to_string(lines.size() + 1) + ":" + std::to_string(bad + 1) +
                               ": this byte and what follows is no UTF-8; convert the file (iconv -t UTF-8)");
    lines.emplace_back(line);
    at = end + 1;
  }
  return lines;
}

Lines read_lines(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in || std::filesystem::is_directory(file))
    throw std::runtime_error("cannot read " + file.string() + ": " + (in ? "it is a folder" : std::strerror(errno)) +
                             "; expected a text file, one sentence a line");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (in.bad()) throw std::runtime_error("cannot read " + file.string() + ": " + std::strerror(errno));
  if (text.empty()) throw std::runtime_error(file.string() + " is empty; expected one sentence a line");
  return lines_of(text, file.string());
}

}  // namespace pbt::translation
