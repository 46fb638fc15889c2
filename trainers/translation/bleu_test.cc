#include "translation/bleu.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

namespace pbt::translation {
namespace {

using testing::ElementsAre;

TEST(Bleu, IsAHundredForTheReferenceItself) {
  EXPECT_DOUBLE_EQ(bleu({"the cat sat on the mat"}, {"the cat sat on the mat"}).score, 100);
}

// Papineni et al. (2002), example 2.
TEST(Bleu, CountsAClippedNGramNoOftenerThanTheReference) {
  const Bleu result = bleu({"the the the the the the the"}, {"the cat is on the mat"});
  EXPECT_THAT(result.correct, ElementsAre(2, 0, 0, 0));
  EXPECT_THAT(result.total, ElementsAre(7, 6, 5, 4));
}

// By hand: 5 words of which 3 are right and no pair is: 3/5, then 1/2 of 1/4, 1/4 of 1/3, 1/8 of 1/2.
TEST(Bleu, SmoothsEachFurtherEmptyOrderByHalf) {
  const double expected = 100 * std::pow(3.0 / 5 * (1.0 / 8) * (1.0 / 12) * (1.0 / 16), 0.25);
  EXPECT_DOUBLE_EQ(bleu({"a b c d x"}, {"a y c z x"}).score, expected);
}

// By hand: all that is there is right, but 4 words stand for 10: e^(1 - 10/4).
TEST(Bleu, PunishesShortTranslations) {
  const Bleu result = bleu({"short one here now"}, {"a much longer reference that says short one here now"});
  EXPECT_DOUBLE_EQ(result.score, 100 * std::exp(-1.5));
}

TEST(Bleu, SumsOverTheCorpusBeforeItDivides) {
  const Bleu both = bleu({"a b c d", "x x x x"}, {"a b c d", "y y y y"});
  EXPECT_THAT(both.correct, ElementsAre(4, 3, 2, 1));
  EXPECT_DOUBLE_EQ(both.score, 50);
}

TEST(Bleu, IsZeroWhereNothingIsRightOrNoSentenceHasFourWords) {
  EXPECT_EQ(bleu({"a b c d"}, {"e f g h"}).score, 0);
  EXPECT_EQ(bleu({"a b c"}, {"a b c"}).score, 0);
  EXPECT_EQ(bleu({""}, {"a b c d"}).score, 0);
}

TEST(Bleu, MindsCase) { EXPECT_EQ(bleu({"A B C D"}, {"a b c d"}).score, 0); }

// From sacreBLEU 2.6.0: sacrebleu.metrics.BLEU().corpus_score(translations, [references]).
TEST(Bleu, EqualsSacrebleu) {
  EXPECT_NEAR(bleu({"The cat sat on the mat.", "He paid $3,000.50 (in cash)."},
                   {"The cat sat on a mat.", "He paid $3,000.50 in cash."})
                  .score,
              41.944354523254866, 1e-12);
  EXPECT_NEAR(bleu({"Ein Mann fährt Rad.", "", "Zwei Hunde spielen im Schnee, 3-mal."},
                   {"Ein Mann fährt auf einem Rad.", "Eine Frau lacht.", "Zwei Hunde spielen 3-mal im Schnee."})
                  .score,
              21.88492394293188, 1e-12);
  EXPECT_NEAR(bleu({"the the the the the the the"}, {"the cat is on the mat"}).score, 7.809849842300637, 1e-12);
}

// From sacreBLEU's tokenizer 13a.
TEST(BleuWords, AreThoseOfMteval13a) {
  EXPECT_THAT(bleu_words("It's 3,000.50 - or 2.5-3 (\"really\")?"),
              ElementsAre("It's", "3,000.50", "-", "or", "2.5", "-", "3", "(", "\"", "really", "\"", ")", "?"));
  EXPECT_THAT(bleu_words("a.b 1.5 .5 5. x,y"), ElementsAre("a", ".", "b", "1.5", ".", "5", "5", ".", "x", ",", "y"));
  EXPECT_THAT(bleu_words("&quot;A &amp; B&quot; &lt;skipped>"),
              ElementsAre("\"", "A", "&", "B", "\"", "<", "skipped", ">"));
  EXPECT_THAT(bleu_words("a...b"), ElementsAre("a", ".", ".", ".", "b"));
  EXPECT_THAT(bleu_words("x'y z-w 5-"), ElementsAre("x'y", "z-w", "5", "-"));
  EXPECT_THAT(bleu_words("1,2,,3"), ElementsAre("1,2", ",", ",", "3"));
}

TEST(BleuWords, AreSplitAtUnicodesSpacesAlone) {
  EXPECT_THAT(bleu_words("Über\u00A0uns…„gut“ 10-mal"), ElementsAre("Über", "uns…„gut“", "10", "-", "mal"));
}

TEST(Bleu, RefusesUnequalNumbersOfLines) { EXPECT_THROW((void)bleu({"a"}, {"a", "b"}), std::invalid_argument); }

}  // namespace
}  // namespace pbt::translation
