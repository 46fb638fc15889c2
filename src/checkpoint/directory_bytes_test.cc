#include "checkpoint/directory_bytes.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <system_error>
#include <thread>

#include "pbt/turn.h"
#include "tests/support/scratch_folder.h"

namespace pbt {
namespace {

class DirectoryBytesTest : public testing::Test {
 protected:
  DirectoryBytesTest() {
    std::filesystem::create_directory(staged_);
    for (char file = 'a'; file <= 'z'; ++file) Folder(staged_).write(std::string(1, file), "abc");
  }

  ScratchFolder folder_;
  SystemFiles files_;
  const std::filesystem::path staged_ = folder_.path() / "staged";
  const RemoteBytes mine_ = directory_bytes(folder_.path() / "shared", files_);
};

TEST_F(DirectoryBytesTest, AreNotThereWhileAnotherMachineRemovesThem) {
  const RemoteBytes theirs = directory_bytes(folder_.path() / "shared", files_);
  for (int round = 0; round < 300; ++round) {
    theirs.put("m0.t1.f1", staged_);
    const std::filesystem::path arriving = folder_.path() / std::to_string(round);
    std::filesystem::create_directory(arriving);
    const std::jthread remover([&] { theirs.remove("m0.t1.f1"); });
    (void)mine_.get("m0.t1.f1", arriving);  // what it throws fails the test
  }
}

TEST_F(DirectoryBytesTest, AreNotLostWhereThereIsNoFolderToGetThemInto) {
  mine_.put("m0.t1.f1", staged_);
  EXPECT_THROW((void)mine_.get("m0.t1.f1", folder_.path() / "not there"), std::system_error);
}

}  // namespace
}  // namespace pbt
