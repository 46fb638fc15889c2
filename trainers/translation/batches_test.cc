#include "translation/batches.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include "translation/made_up.h"

namespace pbt::translation {
namespace {

using testing::HasSubstr;

trainers::Random random_of(std::uint64_t seed) { return {seed, trainers::Purpose::minibatches}; }

std::vector<std::int64_t> values_of(const at::Tensor& tensor) {
  return {tensor.data_ptr<std::int64_t>(), tensor.data_ptr<std::int64_t>() + tensor.numel()};
}

TEST(BatchOrder, TakesEveryPairOnceInAPass) {
  const auto task = made_up_task();
  BatchOrder order(task->training, 64, random_of(1));
  for (int pass = 0; pass < 3; ++pass) {
    std::vector<std::uint32_t> seen;
    while (seen.size() < task->training.size()) {
      const auto& batch = order.next();
      seen.insert(seen.end(), batch.begin(), batch.end());
    }
    std::sort(seen.begin(), seen.end());
    EXPECT_EQ(std::unique(seen.begin(), seen.end()) - seen.begin(), 400);
    EXPECT_EQ(seen.back(), 399U);
  }
}

TEST(BatchOrder, FillsBatchesUpToTheirTokensAndNotBeyond) {
  const auto task = made_up_task();
  BatchOrder order(task->training, 64, random_of(1));
  std::size_t batches = 0;
  for (std::size_t pairs = 0; pairs < task->training.size(); ++batches) {
    const auto& batch = order.next();
    std::size_t longest = 0;
    for (const std::uint32_t pair : batch) longest = std::max(longest, task->training.length(pair));
    EXPECT_LE(longest * batch.size(), 64U);
    pairs += batch.size();
  }
  EXPECT_LT(batches, 60U) << "400 pairs of 6 positions in the mean would fill 38 batches without any padding";
}

TEST(BatchOrder, GivesAPairThatIsTooLongABatchOfItsOwn) {
  const auto task = made_up_task();
  BatchOrder order(task->training, 1, random_of(1));
  EXPECT_EQ(order.next().size(), 1U);
}

TEST(BatchOrder, IsDrawnFromItsSeed) {
  const auto task = made_up_task();
  BatchOrder one(task->training, 64, random_of(1)), same(task->training, 64, random_of(1)),
      other(task->training, 64, random_of(2));
  const auto first = one.next();
  EXPECT_EQ(first, same.next());
  EXPECT_NE(first, other.next());
}

// No pair of letters stands there twice, so that each is a symbol: the space is 4, a is 5, and so on to i, 13.
TEST(Batch, HoldsWhatTheDecoderReadsAndWhatFollows) {
  const Lines source = {"ab", "c de"};
  const Lines target = {"f gh", "i"};
  const Codes codes = Codes::learn({&source, &target}, 40);
  const Pairs pairs{Sentences(codes, source), Sentences(codes, target)};
  const Batch batch = make_batch(pairs, {0, 1}, c10::kCPU);
  EXPECT_EQ(values_of(batch.source.tokens), (std::vector<std::int64_t>{4, 5, 6, 3, 0, 0, 4, 7, 4, 8, 9, 3}));
  EXPECT_EQ(values_of(batch.target), (std::vector<std::int64_t>{1, 4, 10, 4, 11, 12, 1, 4, 13, 0, 0, 0}));
  EXPECT_EQ(values_of(batch.positions), (std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8}));
  EXPECT_EQ(values_of(batch.expected), (std::vector<std::int64_t>{4, 10, 4, 11, 12, 3, 4, 13, 3}));
  EXPECT_TRUE(at::isinf(batch.source.mask[0][0][0][4]).item<bool>());
  EXPECT_EQ(batch.source.mask[0][0][0][3].item<float>(), 0);
}

TEST(Batch, HasNoMaskWhereNothingIsPadded) {
  const auto task = made_up_task();
  EXPECT_FALSE(make_source_batch(task->training.source, {0}, c10::kCPU).mask.defined());
}

std::string error_of(const std::string& prefix, const Languages& languages) {
  try {
    (void)read_parallel(prefix, languages);
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

TEST(ParallelText, SaysBothNumbersOfLinesWhereTheyDiffer) {
  const std::string prefix = testing::TempDir() + "unequal";
  std::ofstream(prefix + ".en") << "one\ntwo\n";
  std::ofstream(prefix + ".de") << "eins\nzwei\ndrei\n";
  EXPECT_THAT(error_of(prefix, {"en", "de"}), HasSubstr("unequal.en has 2 lines and " + prefix + ".de has 3"));
}

TEST(ParallelText, NamesTheFileThatIsMissing) {
  EXPECT_THAT(error_of(testing::TempDir() + "none", {"en", "de"}), HasSubstr("none.en: No such file"));
}

TEST(ParallelText, NeedsTwoLanguages) {
  EXPECT_THAT(error_of(testing::TempDir() + "none", {"en", "en"}), HasSubstr("expected the endings of two files"));
}

}  // namespace
}  // namespace pbt::translation
