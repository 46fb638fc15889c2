#include "view/tensorboard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "pbt/error.h"
#include "tests/support/scratch_folder.h"
#include "view/record_fixture.h"

namespace pbt {
namespace {

using testing::HasSubstr;

std::string content(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::filesystem::path only_file(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
  EXPECT_EQ(files.size(), 1U);
  return files.front();
}

int count(const std::string& text, const std::string& part) {
  int found = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
  return found;
}

struct TensorBoard : testing::Test {
  ScratchFolder folder;
  FakeRecord record = small_record();
  TensorBoardLog log{folder.path(), small_experiment()};

  void update() { log.update(record); }
};

TEST(Crc32c, IsCastagnolis) { EXPECT_EQ(crc32c("123456789"), 0xE3069283U); }

TEST(EventRecords, HaveALengthAndTwoChecksums) {
  EXPECT_EQ(event_record("").size(), 16U);
  EXPECT_EQ(event_record("abc").substr(0, 8), std::string("\3\0\0\0\0\0\0\0", 8));
}

TEST_F(TensorBoard, HasARunForEachMemberThatStandsSomewhere) {
  update();
  for (const char* run : {"member-0", "member-1", "member-2"}) {
    const std::string text = content(only_file(folder.path() / run));
    EXPECT_THAT(text, HasSubstr("score/accuracy"));
    EXPECT_THAT(text, HasSubstr("hyperparameters/optimizer.lr"));
    EXPECT_THAT(text, HasSubstr("_hparams_/session_start_info"));
  }
}

TEST_F(TensorBoard, WritesATurnOnce) {
  update();
  const auto file = only_file(folder.path() / "member-0");
  const std::string before = content(file);
  update();
  EXPECT_EQ(content(file), before);
  EXPECT_EQ(count(before, "score/accuracy"), 2);
}

TEST_F(TensorBoard, StartsARunAnewWhenItsMemberCopies) {
  update();
  const auto file = only_file(folder.path() / "member-0");
  const std::string before = content(file);
  record.decide(small_decision(0, 2, DecisionKind::copy, TurnKey{1, 2}, small_values(0.01, 32)));
  update();
  const std::string after = content(file).substr(before.size());
  EXPECT_EQ(count(after, "score/accuracy"), 2) << "the donor's lineage: m0.t1, m1.t2";
  EXPECT_THAT(after, HasSubstr(std::string("\x3a\x02\x08\x01", 4))) << "SessionLog.START";
}

TEST_F(TensorBoard, SaysWhatItCannotWrite) {
  std::ofstream(folder.path() / "member-0") << "in the way";
  EXPECT_THROW(update(), Error);
}

}  // namespace
}  // namespace pbt
