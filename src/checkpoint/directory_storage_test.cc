#include "checkpoint/directory_storage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>
#include <system_error>
#include <thread>

#include "pbt/error.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/what_is_said.h"

namespace pbt {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// Notes what is flushed and moved, in order.
class RecordingFiles final : public Files {
 public:
  explicit RecordingFiles(fs::path root) : root_(std::move(root)) {}
  void create_folder(const fs::path& path) override { system_.create_folder(path); }
  void sync(const fs::path& path) override {
    if (full) throw std::system_error(ENOSPC, std::generic_category(), "cannot flush");
    log.push_back("sync " + path.lexically_relative(root_).string());
  }
  void sync_all(const fs::path&) override { log.push_back("sync all"); }
  void rename(const fs::path& from, const fs::path& to) override {
    log.push_back("rename " + to.lexically_relative(root_).string());
    system_.rename(from, to);
  }
  void remove(const fs::path& path) override { system_.remove(path); }
  std::vector<std::string> list(const fs::path& folder) override { return system_.list(folder); }
  std::vector<std::string> log;
  bool full = false;  ///< as a disk may be

 private:
  fs::path root_;
  SystemFiles system_;
};

class DirectoryStorageTest : public testing::Test {
 protected:
  Checkpoint publish(CheckpointStorage& storage) {
    storage.stage("m0.t1.f1").write("weights", "abc");
    return storage.publish("m0.t1.f1");
  }

  ScratchFolder folder_;
  const fs::path root_ = folder_.path() / "checkpoints";
  RecordingFiles files_{root_};
};

TEST_F(DirectoryStorageTest, FlushesFilesThenFoldersThenRenamesThenFlushesTheRoot) {
  const auto storage = make_directory_storage(root_, Durability::power, files_);
  files_.log.clear();
  const Folder staged = storage->stage("m0.t1.f1");
  fs::create_directories(*staged.path() / "shards");
  Folder(*staged.path() / "shards").write("0", "abc");
  (void)storage->publish("m0.t1.f1");
  EXPECT_EQ(files_.log, (std::vector<std::string>{"sync staging/m0.t1.f1/shards/0", "sync staging/m0.t1.f1/shards",
                                                  "sync staging/m0.t1.f1", "rename m0.t1.f1", "sync ."}));
}

TEST_F(DirectoryStorageTest, FlushesTheFoldersThatLeadToItBeforeAnythingIsPublished) {
  const auto storage = make_directory_storage(root_ / "runs/toy/checkpoints", Durability::power, files_);
  ASSERT_GE(files_.log.size(), 3U);
  files_.log.resize(3);
  EXPECT_EQ(files_.log, (std::vector<std::string>{"sync runs/toy", "sync runs", "sync ."}));
}

TEST_F(DirectoryStorageTest, FlushesNothingWhenOnlyProcessesMayDie) {
  const auto storage = make_directory_storage(root_, Durability::process, files_);
  (void)publish(*storage);
  EXPECT_EQ(files_.log, (std::vector<std::string>{"rename m0.t1.f1"}));
}

TEST_F(DirectoryStorageTest, FlushesWhatWasPublishedOnceWhenItIsAskedTo) {
  const auto storage = make_directory_storage(root_, Durability::process, files_);
  (void)publish(*storage);
  storage->flush();
  storage->flush();
  storage->stage("m0.t2.f2").write("weights", "abc");
  storage->flush();  // nothing has come since
  EXPECT_EQ(files_.log, (std::vector<std::string>{"rename m0.t1.f1", "sync all"}));
  (void)make_directory_storage(root_, Durability::process, files_)->publish("m0.t2.f2");  // from another process
  files_.log.clear();
  storage->flush();
  EXPECT_EQ(files_.log, (std::vector<std::string>{"sync all"}));
}

TEST_F(DirectoryStorageTest, SaysThatBytesWereChangedSinceTheyWereRecorded) {
  const Checkpoint checkpoint = publish(*make_directory_storage(root_, Durability::process, files_));
  Folder(root_ / "m0.t1.f1").write("weights", "abd");
  const auto later = make_directory_storage(root_, Durability::process, files_);
  EXPECT_THROW((void)later->open(checkpoint), CheckpointLost);
}

TEST_F(DirectoryStorageTest, SaysThatAFileIsMissingOrTooMany) {
  const Checkpoint checkpoint = publish(*make_directory_storage(root_, Durability::process, files_));
  Folder(root_ / "m0.t1.f1").write("more", "x");
  EXPECT_THROW((void)make_directory_storage(root_, Durability::process, files_)->open(checkpoint), CheckpointLost);
  fs::remove(root_ / "m0.t1.f1" / "more");
  EXPECT_NO_THROW((void)make_directory_storage(root_, Durability::process, files_)->open(checkpoint));
  fs::remove(root_ / "m0.t1.f1" / "weights");
  EXPECT_THROW((void)make_directory_storage(root_, Durability::process, files_)->open(checkpoint), CheckpointLost);
}

TEST_F(DirectoryStorageTest, SaysThatACheckpointIsLostInTheMiddleOfItsRemovalToo) {
  const auto theirs = make_directory_storage(root_, Durability::process, files_);
  for (int round = 0; round < 300; ++round) {
    const Folder staged = theirs->stage("m0.t1.f1");
    for (char file = 'a'; file <= 'z'; ++file) staged.write(std::string(1, file), "abc");
    const Checkpoint checkpoint = theirs->publish("m0.t1.f1");
    const auto mine = make_directory_storage(root_, Durability::process, files_);
    const std::jthread remover([&] { theirs->remove("m0.t1.f1"); });
    try {
      (void)mine->open(checkpoint);
    } catch (const CheckpointLost&) {  // what else it throws fails the test
    }
  }
}

TEST_F(DirectoryStorageTest, RefusesASymbolicLinkAndNamesIt) {
  const auto storage = make_directory_storage(root_, Durability::power, files_);
  const Folder staged = storage->stage("m0.t1.f1");
  fs::create_symlink("/etc/passwd", *staged.path() / "weights");
  try {
    (void)storage->publish("m0.t1.f1");
    FAIL() << "expected an error";
  } catch (const StorageError& error) {
    EXPECT_NE(std::string(error.what()).find("m0.t1.f1/weights is a symbolic link"), std::string::npos) << error.what();
  }
  EXPECT_FALSE(fs::exists(root_ / "m0.t1.f1"));
}

TEST_F(DirectoryStorageTest, RefusesASpecialFileAndNamesIt) {
  const auto storage = make_directory_storage(root_, Durability::power, files_);
  const fs::path pipe = *storage->stage("m0.t1.f1").path() / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THAT(what_is_said<StorageError>([&] { (void)storage->publish("m0.t1.f1"); }),
              HasSubstr(pipe.string() + " is a special file"));
}

TEST_F(DirectoryStorageTest, SaysWhatToDoAboutAFullDisk) {
  const auto storage = make_directory_storage(root_, Durability::power, files_);
  files_.full = true;
  EXPECT_THAT(what_is_said<StorageError>([&] { (void)publish(*storage); }),
              HasSubstr("; free some space, or set [checkpoints] quota"));
  files_.full = false;
  (void)publish(*storage);
}

TEST_F(DirectoryStorageTest, RefusesACheckpointOfAUserWithoutFiles) {
  fs::create_directories(root_ / "theirs/empty");
  const Folder to(root_ / "ours");
  EXPECT_THAT(what_is_said<StorageError>([&] { copy_folder(root_ / "theirs", to); }),
              HasSubstr("there are no files in the checkpoint"));
  EXPECT_THAT(what_is_said<StorageError>([&] { copy_folder(root_ / "absent", to); }),
              HasSubstr("cannot read the checkpoint"));
}

TEST_F(DirectoryStorageTest, MayLieOnAnotherDiskBehindASymbolicLink) {
  SystemFiles files;
  fs::create_directories(root_ / "elsewhere/checkpoints");
  fs::create_directory_symlink(root_ / "elsewhere", root_ / "runs");
  fs::create_directory_symlink(root_ / "elsewhere/checkpoints", root_ / "checkpoints");
  for (const fs::path& path : {root_ / "runs/toy/checkpoints", root_ / "runs/checkpoints", root_ / "checkpoints"})
    for (const Durability durability : {Durability::power, Durability::process}) {
      const auto storage = make_directory_storage(path, durability, files);
      EXPECT_EQ(storage->open(publish(*storage)).read("weights"), "abc") << path;
      storage->flush();
      storage->remove("m0.t1.f1");
    }
}

TEST_F(DirectoryStorageTest, TwoMayRemoveTheSameBytesAtTheSameTime) {
  SystemFiles files;
  const auto one = make_directory_storage(root_, Durability::process, files);
  const auto other = make_directory_storage(root_, Durability::process, files);
  for (int round = 0; round < 100; ++round) {
    const Folder staged = one->stage("m0.t1.f1");
    for (int part = 0; part < 20; ++part) staged.write("part-" + std::to_string(part), "weights");
    std::jthread first([&] { EXPECT_NO_THROW(one->remove("m0.t1.f1")); });
    EXPECT_NO_THROW(other->remove("m0.t1.f1"));
  }
  EXPECT_TRUE(one->list().empty());
}

TEST_F(DirectoryStorageTest, LeavesItsFolderUnderNoName) {
  fs::create_directories(root_ / "x");
  Folder(root_ / "x").write("weights", "abc");
  const auto storage = make_directory_storage(root_ / "checkpoints", Durability::process, files_);
  Checkpoint checkpoint = publish(*storage);
  for (const std::string& name : {std::string(), std::string("."), std::string(".."), std::string("../x"),
                                  (root_ / "x").string(), std::string("staging"), std::string("m0.t1.f1/../../../x"),
                                  std::string("m0.t1.f1\0", 9), std::string(300, 'a')}) {
    checkpoint.name = name;
    EXPECT_THROW((void)storage->stage(name), StorageError) << name;
    EXPECT_THROW((void)storage->publish(name), StorageError) << name;
    EXPECT_THROW((void)storage->open(checkpoint), StorageError) << name;
    EXPECT_THROW(storage->remove(name), StorageError) << name;
  }
  EXPECT_EQ(Folder(root_ / "x").read("weights"), "abc");
  EXPECT_EQ(storage->list(), std::vector<std::string>{"m0.t1.f1"});
}

TEST_F(DirectoryStorageTest, CopiesAUsersFolderWithItsSubfolders) {
  const fs::path from = root_ / "from";
  fs::create_directories(from / "deep");
  Folder(from / "deep").write("weights", "abc");
  const auto storage = make_directory_storage(root_ / "checkpoints", Durability::process, files_);
  copy_folder(from, storage->stage("initial-1"));
  const Checkpoint checkpoint = storage->publish("initial-1");
  EXPECT_EQ(Folder(*storage->open(checkpoint).path() / "deep").read("weights"), "abc");
  EXPECT_THROW(copy_folder(root_ / "nowhere", storage->stage("initial-2")), StorageError);
}

}  // namespace
}  // namespace pbt
