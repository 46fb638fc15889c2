#include "translation/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <stdexcept>

namespace pbt::translation {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string error_of_lines(const std::string& text) {
  try {
    (void)lines_of(text, "corpus.de");
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += word;
  return text;
}

TEST(Words, BeginWithASpaceWhereTheSentenceHasOne) {
  EXPECT_THAT(words_of("It's 5 pm."), ElementsAre(" It", "'", "s", " 5", " pm", "."));
  EXPECT_THAT(words_of("(\"Gut\") - 3,50€"), ElementsAre(" (\"", "Gut", "\")", " -", " 3", ",", "50", "€"));
}

TEST(Words, HoldLettersOfEveryLanguage) {
  EXPECT_THAT(words_of("Mädchen läuft„schnell“ 日本語。"),
              ElementsAre(" Mädchen", " läuft", "„", "schnell", "“", " 日本語", "。"));
}

TEST(Words, AreTheSentenceAgainWithOneSpaceForEachRun) {
  EXPECT_EQ(joined(words_of("  Zwei\t Männer\u00A0(alt) . ")), " Zwei Männer (alt) .");
  EXPECT_THAT(words_of(" \t "), IsEmpty());
  EXPECT_THAT(words_of(""), IsEmpty());
}

TEST(Characters, AreThoseOfUtf8Alone) {
  EXPECT_EQ(character_at("aß€😀", 0).code, 0x61U);
  EXPECT_EQ(character_at("aß€😀", 1).code, 0xDFU);
  EXPECT_EQ(character_at("aß€😀", 3).code, 0x20ACU);
  EXPECT_EQ(character_at("aß€😀", 6).code, 0x1F600U);
  for (const char* wrong :
       {"\x80", "\xC0\x80", "\xC3", "\xC3(", "\xE2\x82", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF"})
    EXPECT_EQ(character_at(wrong, 0).bytes, 0U);
}

TEST(Lines, EndWithANewlineOrACarriageReturnAndOne) {
  EXPECT_THAT(lines_of("a b\r\n\nc", "x"), ElementsAre("a b", "", "c"));
  EXPECT_THAT(lines_of("a\n", "x"), ElementsAre("a"));
}

TEST(Lines, SayWhereAByteIsNoUtf8) {
  EXPECT_THAT(error_of_lines("gut\nschl\xE4gt\n"), HasSubstr("corpus.de:2:5: this byte and what follows is no UTF-8"));
}

TEST(Lines, OfAFileThatIsMissingEmptyOrAFolderAreRefused) {
  const auto folder = std::filesystem::path(testing::TempDir());
  std::ofstream(folder / "empty.de");
  const auto error_of = [](const std::filesystem::path& file) -> std::string {
    try {
      (void)read_lines(file);
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(error_of(folder / "nowhere.de"),
              HasSubstr("nowhere.de: No such file or directory; expected a text file"));
  EXPECT_THAT(error_of(folder / "empty.de"), HasSubstr("empty.de is empty; expected one sentence a line"));
  EXPECT_THAT(error_of(folder), HasSubstr("it is a folder"));
}

}  // namespace
}  // namespace pbt::translation
