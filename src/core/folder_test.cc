#include "pbt/folder.h"

#include <gtest/gtest.h>

#include <system_error>

namespace pbt {
namespace {

std::filesystem::path fresh_folder() {
  const auto path = std::filesystem::path(testing::TempDir()) /
                    ("folder_test_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
  std::filesystem::remove_all(path);
  std::filesystem::create_directories(path);
  return path;
}

TEST(FolderTest, ReadsBackWhatWasWrittenOnDisk) {
  const Folder folder(fresh_folder());
  const std::string bytes("\0weights\n", 9);
  folder.write("model.bin", bytes);
  EXPECT_TRUE(folder.contains("model.bin"));
  EXPECT_EQ(folder.read("model.bin"), bytes);
}

TEST(FolderTest, ReadsBackWhatWasWrittenInMemoryThroughAnyCopy) {
  const Folder folder(std::make_shared<Folder::Files>());
  const Folder same = folder;
  folder.write("model.bin", "one");
  folder.write("model.bin", "two");
  EXPECT_EQ(same.read("model.bin"), "two");
}

TEST(FolderTest, RefusesAPathAsAName) {
  const Folder folder(fresh_folder());
  EXPECT_THROW(folder.write("../outside", "x"), std::invalid_argument);
  EXPECT_THROW(folder.write("a/b", "x"), std::invalid_argument);
  EXPECT_THROW((void)folder.read(".."), std::invalid_argument);
}

TEST(FolderTest, SaysThatAFileIsAbsent) {
  EXPECT_THROW((void)Folder(fresh_folder()).read("missing"), std::system_error);
  EXPECT_THROW((void)Folder(std::make_shared<Folder::Files>()).read("missing"), std::system_error);
  EXPECT_THROW((void)Folder().read("missing"), std::system_error);
}

TEST(FolderTest, RefusesNamesThatAreNone) {
  const Folder folder(fresh_folder());
  EXPECT_THROW(folder.write("", "x"), std::invalid_argument);
  EXPECT_THROW(folder.write(".", "x"), std::invalid_argument);
}

TEST(FolderTest, SaysThatItCannotBeWritten) {
  EXPECT_THROW(Folder().write("model.bin", "x"), std::logic_error) << "a turn that starts afresh has nothing to load";
  const std::filesystem::path path = fresh_folder();
  std::filesystem::create_directory(path / "taken");
  EXPECT_THROW(Folder(path).write("taken", "x"), std::system_error);
  std::filesystem::create_symlink("/dev/full", path / "full");
  EXPECT_THROW(Folder(path).write("full", "x"), std::system_error);
}

TEST(FolderTest, SaysThatWhatIsNoFileCannotBeRead) {
  const std::filesystem::path path = fresh_folder();
  std::filesystem::create_directory(path / "inner");
  EXPECT_THROW((void)Folder(path).read("inner"), std::system_error);
  EXPECT_FALSE(Folder(path).contains("inner"));
  EXPECT_FALSE(Folder(path).contains("absent"));
  EXPECT_FALSE(Folder().contains("absent"));
}

}  // namespace
}  // namespace pbt
