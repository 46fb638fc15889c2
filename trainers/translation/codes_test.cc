#include "translation/codes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace pbt::translation {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const Lines& example() {
  static const Lines text = {"low low low low low", "lower lower", "newest newest newest newest newest newest",
                             "widest widest widest"};
  return text;
}

std::vector<std::string> symbols_of(const Codes& codes, const std::string& sentence) {
  std::vector<std::string> symbols;
  for (const Token token : codes.encode(sentence)) symbols.push_back(codes.decode({token}));
  return symbols;
}

std::string error_of(const std::string& text) {
  try {
    (void)Codes::from_text(text, "codes.txt");
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

// The example of the paper. By hand: "e s" stands in 9 words, as does "s t", whose symbols are younger; then "es t" in
// 9; then " l", "l o" and "o w" in 7 each, the oldest symbol being the space, and after it the "o", which is more
// frequent than the "l".
TEST(Codes, MergeTheMostFrequentPairFirst) {
  EXPECT_THAT(Codes::learn({&example()}, 22).to_text(), HasSubstr("\ne\ts\nes\tt\n \tl\no\tw\n l\tow\n"));
}

TEST(Codes, EncodeWhatTheyHaveNotSeenInTheSymbolsThatTheyHave) {
  const Codes codes = Codes::learn({&example()}, 24);
  EXPECT_THAT(symbols_of(codes, "lowest"), ElementsAre("low", "est"));
}

TEST(Codes, GiveASentenceBackWhateverItsWords) {
  const Lines text = {"Zwei Männer (alt) fahren 3,5 km.", "It's \"fun\", isn't it?"};
  const Codes codes = Codes::learn({&text}, 200);
  for (const std::string sentence : {"Zwei Männer (alt) fahren 3,5 km.", "It's \"fun\", isn't it?", "fun (5 km", ""})
    EXPECT_EQ(codes.decode(codes.encode(sentence)), sentence);
}

TEST(Codes, NeverMergeALetterWithAFullStop) {
  const Lines text(50, "Ende.");
  EXPECT_THAT(symbols_of(Codes::learn({&text}, 100), "Ende."), ElementsAre("Ende", "."));
}

TEST(Codes, AreTheSameForTheSameTexts) {
  const Lines other = {"wider newer lower"};
  EXPECT_EQ(Codes::learn({&example(), &other}, 30).to_text(), Codes::learn({&example(), &other}, 30).to_text());
}

TEST(Codes, HoldNoMoreSymbolsThanAskedForAndNoPairSeenOnce) {
  EXPECT_EQ(Codes::learn({&example()}, 20).vocabulary(), 20U);
  const Lines once = {"abcdefgh"};
  EXPECT_EQ(Codes::learn({&once}, 1000).vocabulary(), first_text_token + 9U) << "the space and eight letters";
}

TEST(Codes, KeepTheMostFrequentCharactersWhereNotAllFit) {
  const Lines text = {"aaaa bbbb cccc dddd eeee ffff gggg h"};
  const Codes codes = Codes::learn({&text}, 16);
  EXPECT_THAT(codes.encode("h"), testing::Contains(unknown_token));
  EXPECT_THAT(codes.encode("g"), testing::Not(testing::Contains(unknown_token)));
  EXPECT_EQ(codes.decode(codes.encode("ahb")), "ab");
}

TEST(Codes, AreReadAgainAsTheyWereWritten) {
  const Codes codes = Codes::learn({&example()}, 30);
  const Codes again = Codes::from_text(codes.to_text(), "codes.txt");
  EXPECT_EQ(again.to_text(), codes.to_text());
  EXPECT_EQ(again.vocabulary(), codes.vocabulary());
  EXPECT_EQ(again.encode("lowest newer"), codes.encode("lowest newer"));
}

TEST(Codes, NameTheLineThatIsWrong) {
  const std::string begin = "byte-pair codes, version 1\nab\n";
  EXPECT_THAT(error_of(""), HasSubstr("codes.txt:1: the first line is not \"byte-pair codes, version 1\""));
  EXPECT_THAT(error_of("a b\nc d\n"), HasSubstr("codes.txt:1:"));
  EXPECT_THAT(error_of("byte-pair codes, version 1\naba\n"), HasSubstr("codes.txt:2: a character is there twice"));
  EXPECT_THAT(error_of(begin + "a\tb\nab\n"), HasSubstr("codes.txt:4: there is no tab"));
  EXPECT_THAT(error_of(begin + "a\tc\n"), HasSubstr("codes.txt:3: a symbol in it has not been made"));
  EXPECT_THAT(error_of(begin + "a\tb\na\tb\n"), HasSubstr("codes.txt:4: the same merge is there twice"));
}

TEST(Codes, RefuseAVocabularyThatCannotBe) {
  EXPECT_THROW((void)Codes::learn({&example()}, 15), std::invalid_argument);
  EXPECT_THROW((void)Codes::learn({&example()}, 65'537), std::invalid_argument);
  const Lines blank = {"", " "};
  EXPECT_THROW((void)Codes::learn({&blank}, 100), std::invalid_argument);
}

}  // namespace
}  // namespace pbt::translation
