#include "check/findings.h"

#include <gtest/gtest.h>

namespace pbt {
namespace {

const std::vector<Finding> findings{{"starts and trains a turn", Verdict::passed, ""},
                                    {"the same seed repeats", Verdict::failed, "loss is 1.0 instead of 2.0.\nSeed it."},
                                    {"stops when asked", Verdict::skipped, "It rests on another."}};

TEST(Findings, AreALineEachWithTheExplanationBelow) {
  EXPECT_EQ(text_of(findings.at(0)), "ok    starts and trains a turn\n");
  EXPECT_EQ(text_of(findings.at(1)),
            "FAIL  the same seed repeats\n        loss is 1.0 instead of 2.0.\n        Seed it.\n");
}

TEST(Findings, AreBrokenBetweenWordsWhereTheyAreLong) {
  std::string words;
  for (int i = 0; i < 30; ++i) words += "word ";
  const std::string text = text_of({"a clause", Verdict::warned, words});
  std::string first = "        word", second = "        word";
  for (int i = 1; i < 20; ++i) first += " word";
  for (int i = 1; i < 10; ++i) second += " word";
  EXPECT_EQ(text, "warn  a clause\n" + first + "\n" + second + "\n");
}

TEST(Findings, AreSummedUp) {
  EXPECT_EQ(summary_of(findings),
            "1 passed, 1 failed, 1 skipped: the trainer breaks its contract; mend it before a run");
  EXPECT_EQ(summary_of({findings.front()}), "1 passed: the trainer keeps its contract as far as this could see");
}

TEST(Findings, AreAListInJson) {
  EXPECT_EQ(json_of({findings.back()}),
            R"([{"explanation":"It rests on another.","name":"stops when asked","verdict":"skipped"}])");
}

TEST(Findings, FailWhenOneDoes) {
  EXPECT_TRUE(any_failed(findings));
  EXPECT_FALSE(any_failed({findings.front(), findings.back()}));
}

}  // namespace
}  // namespace pbt
