#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <system_error>

#include "pbt/files.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/what_is_said.h"

namespace pbt {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class SystemFilesTest : public testing::Test {
 protected:
  std::filesystem::path at(const std::string& name) { return folder_.path() / name; }
  void write(const std::string& name) { std::ofstream(at(name)) << name; }
  ScratchFolder folder_;
  SystemFiles files_;
};

TEST_F(SystemFilesTest, SaysWhatItCannotFlush) {
  EXPECT_THAT(what_is_said<std::system_error>([&] { files_.sync(at("absent")); }),
              HasSubstr("cannot open for flushing " + at("absent").string()));
  EXPECT_THAT(what_is_said<std::system_error>([&] { files_.sync("/dev/null"); }), HasSubstr("cannot flush /dev/null"));
}

TEST_F(SystemFilesTest, NeverMovesOntoWhatIsThere) {
  write("one");
  write("other");
  EXPECT_THAT(what_is_said<std::system_error>([&] { files_.rename(at("one"), at("other")); }),
              HasSubstr("cannot move " + at("one").string()));
  EXPECT_THAT(files_.list(folder_.path()), ElementsAre("one", "other"));
  EXPECT_EQ(std::filesystem::file_size(at("other")), 5U);
}

TEST_F(SystemFilesTest, ListsNothingWhereThereIsNoFolderAndSaysThatAFileIsNone) {
  write("file");
  EXPECT_THAT(files_.list(at("absent")), IsEmpty());
  EXPECT_THAT(what_is_said<std::system_error>([&] { (void)files_.list(at("file")); }),
              HasSubstr("cannot list " + at("file").string()));
}

TEST_F(SystemFilesTest, SaysWhatItCannotRemove) {
  write("file");
  EXPECT_THAT(what_is_said<std::system_error>([&] { files_.remove(at("file") / "below"); }),
              HasSubstr("cannot remove"));
  files_.remove(at("absent"));
}

}  // namespace
}  // namespace pbt
