#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace pbt::translation {

/// One sentence a line, in UTF-8, without line ends.
using Lines = std::vector<std::string>;

/// One character of a text in UTF-8.
struct Character {
  std::uint32_t code = 0;  ///< the Unicode code point
  std::size_t bytes = 0;   ///< 1 to 4; 0: what stands there is no UTF-8, or nothing stands there
};

/// The character that begins at byte `at`. Overlong forms, surrogates and code points above U+10FFFF are no UTF-8.
[[nodiscard]] Character character_at(std::string_view text, std::size_t at);

/// What Python's str.split() splits at: Unicode's white space, and the separators U+001C to U+001F.
[[nodiscard]] bool is_space(std::uint32_t code);

/// The words of a sentence: runs of letters, of digits and of anything else. A word before which the sentence has
/// white space, and the first one, begins with a space: "It's 5 pm." has " It", "'", "s", " 5", " pm", ".". Written
/// one after another they are the sentence again, behind a space and with one space for each run of white space. Every
/// character above U+007F that is no punctuation or symbol counts as a letter.
[[nodiscard]] std::vector<std::string> words_of(std::string_view sentence);

/// The file's lines; an end of "\r\n" counts as "\n". Throws std::runtime_error naming file and line where there is no
/// such file, where it is empty, or where a line is no UTF-8.
[[nodiscard]] Lines read_lines(const std::filesystem::path& file);
/// The same of a text already read; `name` is what errors call it. An empty text has no lines.
[[nodiscard]] Lines lines_of(std::string_view text, const std::string& name);

}  // namespace pbt::translation
