#include "core/ancestry.h"

#include <gtest/gtest.h>

namespace pbt {
namespace {

TEST(OwnAncestry, GoesFromTheFolderUpwards) {
  const std::filesystem::path top = std::filesystem::path(testing::TempDir()) / "ancestry_test";
  std::filesystem::create_directories(top / "a/b");
  const auto folders = own_ancestry(top / "a/../a/b");
  ASSERT_GE(folders.size(), 3U);
  EXPECT_EQ(folders[0], top / "a/b");
  EXPECT_EQ(folders[1], top / "a");
  EXPECT_EQ(folders[2], top);
  for (std::size_t i = 1; i < folders.size(); ++i) EXPECT_EQ(folders[i], folders[i - 1].parent_path());
}

TEST(OwnAncestry, EndsWhereNothingCanBeMade) {
  EXPECT_TRUE(own_ancestry(std::filesystem::path(testing::TempDir()) / "ancestry_test_absent/a").empty());
  EXPECT_TRUE(own_ancestry("/proc/self/fdinfo/absent").empty());
}

}  // namespace
}  // namespace pbt
