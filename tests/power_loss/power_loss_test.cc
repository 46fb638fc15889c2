// That the harness can find something: the model of the disk against cases done by hand, and work that is wrong on
// purpose.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <set>

#include "store/sqlite_store.h"
#include "tests/power_loss/recorder.h"
#include "tests/power_loss/replay.h"
#include "tests/support/fake_clock.h"

namespace pbt::power_loss {
namespace {

namespace fs = std::filesystem;
using testing::TempDir;

Contents files(const std::map<std::string, std::string>& given) {
  Contents contents;
  for (const auto& [path, bytes] : given) contents[path] = std::make_shared<const std::string>(bytes);
  return contents;
}

std::string text(const Contents& contents) {
  std::string all;
  for (const auto& [path, bytes] : contents) all += path + (bytes ? "=" + *bytes : "/") + " ";
  return all;
}

/// All that may be found after these operations, every subset of what is pending taken.
std::set<std::string> states(const Contents& before, const std::vector<Operation>& operations) {
  Disk disk(before);
  for (const Operation& operation : operations) disk.apply(operation);
  std::set<std::string> found;
  const std::size_t count = disk.atoms().size();
  for (std::size_t subset = 0; subset < (std::size_t{1} << count); ++subset) {
    Choice choice(count);
    for (std::size_t i = 0; i < count; ++i) choice[i] = ((subset >> i) & 1) != 0;
    found.insert(text(disk.state(choice)));
  }
  return found;
}

const Operation make_a{.kind = Operation::enter, .node = 1, .name = "a"};
const Operation write_a{.kind = Operation::write, .node = 1, .bytes = "xy"};
const Operation flush_a{.kind = Operation::sync, .node = 1};
const Operation flush_root{.kind = Operation::sync, .node = 0};

TEST(Disk, LosesTheDataTheSizeOrTheNameOfANewFile) {
  EXPECT_EQ(states({}, {make_a, write_a}), (std::set<std::string>{"", "a= ", std::string("a=\0\0 ", 5), "a=xy "}));
}

TEST(Disk, KeepsTheBytesOfAFlushedFileButNotItsName) {
  EXPECT_EQ(states({}, {make_a, write_a, flush_a}), (std::set<std::string>{"", "a=xy "}));
}

TEST(Disk, KeepsTheNameInAFlushedFolderButNotItsBytes) {
  EXPECT_EQ(states({}, {make_a, write_a, flush_root}),
            (std::set<std::string>{"a= ", std::string("a=\0\0 ", 5), "a=xy "}));
}

TEST(Disk, KeepsWhatIsFlushedWhole) {
  EXPECT_EQ(states({}, {make_a, write_a, flush_a, flush_root}), (std::set<std::string>{"a=xy "}));
  EXPECT_EQ(states({}, {make_a, write_a, {.kind = Operation::sync_all}}), (std::set<std::string>{"a=xy "}));
}

TEST(Disk, TearsAWriteBetweenSectors) {
  const std::string old(1024, 'o'), fresh(1024, 'n');
  const auto found = states(files({{"a", old}}), {{.kind = Operation::write, .node = 1, .bytes = fresh}});
  const std::string half_old(512, 'o'), half_new(512, 'n');
  EXPECT_EQ(found, (std::set<std::string>{"a=" + old + " ", "a=" + fresh + " ", "a=" + half_old + half_new + " ",
                                          "a=" + half_new + half_old + " "}));
}

TEST(Disk, MovesWithinAFolderAtOnce) {
  EXPECT_EQ(states(files({{"a", "x"}}), {{.kind = Operation::move, .node = 1, .name = "a", .to_name = "b"}}),
            (std::set<std::string>{"a=x ", "b=x "}));
}

TEST(Disk, MovesBetweenFoldersByHalves) {
  Contents before = files({{"f/a", "x"}});
  before["f"] = before["g"] = nullptr;
  EXPECT_EQ(
      states(before, {{.kind = Operation::move, .node = 2, .folder = 1, .to_folder = 3, .name = "a", .to_name = "a"}}),
      (std::set<std::string>{"f/ f/a=x g/ ", "f/ g/ g/a=x ", "f/ f/a=x g/ g/a=x ", "f/ g/ "}));
}

TEST(Disk, TruncatesAndRemovesOrNot) {
  EXPECT_EQ(states(files({{"a", "xyz"}}), {{.kind = Operation::truncate, .node = 1, .at = 1}}),
            (std::set<std::string>{"a=xyz ", "a=x "}));
  EXPECT_EQ(states(files({{"a", "x"}}), {{.kind = Operation::leave, .name = "a"}}),
            (std::set<std::string>{"", "a=x "}));
}

/// Flushes of files, of folders or of neither; all else as the machine does it.
class LyingFiles final : public Files {
 public:
  LyingFiles(bool flushes_files, bool flushes_folders) : files_(flushes_files), folders_(flushes_folders) {}
  void create_folder(const fs::path& path) override { system_.create_folder(path); }
  void sync(const fs::path& path) override {
    if (fs::is_directory(path) ? folders_ : files_) system_.sync(path);
  }
  void sync_all(const fs::path& on) override {
    if (files_ && folders_) system_.sync_all(on);
  }
  void rename(const fs::path& from, const fs::path& to) override { system_.rename(from, to); }
  void remove(const fs::path& path) override { system_.remove(path); }
  std::vector<std::string> list(const fs::path& folder) override { return system_.list(folder); }

 private:
  SystemFiles system_;
  bool files_, folders_;
};

class PowerLossTest : public testing::Test {
 protected:
  PowerLossTest() {
    std::string name = (fs::is_directory("/dev/shm") ? "/dev/shm" : TempDir()) + "/pbt-power-loss-test-XXXXXX";
    folder_ = ::mkdtemp(name.data());
    wal_limit_pages = 40;
    synchronous_instead.clear();
  }
  ~PowerLossTest() override {
    synchronous_instead.clear();
    fs::remove_all(folder_);
  }

  /// The first violations that are found when work with these files has its power cut.
  std::string violations(Files& files, Durability durability = Durability::power, std::int64_t turns = 2) {
    const Setting setting{
        .root = folder_ / "disk", .durability = durability, .pretrained = {}, .turns = turns, .files = &files};
    const Recorded recorded = record(setting, {}, whole_life);
    synchronous_instead.clear();
    const ReplayOptions options{.plan = {.exhaustive_up_to = 2, .window = 4, .random = 1}, .stop_after = 1};
    const Findings found = replay(setting, recorded, options);
    return found.violations.empty() ? "" : found.violations.front();
  }

  fs::path folder_;
  SystemFiles system_;
};

TEST_F(PowerLossTest, FindsFilesThatAreNotFlushed) {
  LyingFiles files(/*flushes_files=*/false, /*flushes_folders=*/true);
  EXPECT_THAT(violations(files), testing::HasSubstr("holds other bytes than were recorded"));
}

TEST_F(PowerLossTest, FindsFoldersThatAreNotFlushed) {
  LyingFiles files(/*flushes_files=*/true, /*flushes_folders=*/false);
  EXPECT_THAT(violations(files), testing::HasSubstr("the doctor says: checkpoint"));
}

TEST_F(PowerLossTest, FindsARecordThatIsNotFlushed) {
  synchronous_instead = "OFF";
  EXPECT_THAT(violations(system_), testing::HasSubstr("entries of the record were promised"));
}

TEST_F(PowerLossTest, FindsARecordThatIsFlushedTooSeldom) {
  synchronous_instead = "NORMAL";
  EXPECT_THAT(violations(system_), testing::HasSubstr("entries of the record were promised"));
}

TEST_F(PowerLossTest, FindsBytesThatAreCollectedBeforeTheirChildrenAreSafe) {
  LyingFiles files(/*flushes_files=*/false, /*flushes_folders=*/false);
  EXPECT_THAT(violations(files, Durability::process, /*turns=*/3), testing::HasSubstr("began anew"));
}

/// What is promised of the record, in entries, while the work goes on from where the disk stands.
std::vector<std::int64_t> promises(const Setting& setting, const std::function<void(const Setting&)>& work) {
  std::vector<std::int64_t> promised;
  for (const Operation& operation : record(setting, read_contents(setting.root), work).trace.operations)
    if (operation.kind == Operation::promise && operation.at > 0) promised.push_back(operation.at);
  return promised;
}

TEST_F(PowerLossTest, TakesBytesThatWereNeverRecordedForNoCollection) {
  const Setting setting{.root = folder_ / "disk", .durability = Durability::process, .turns = 2, .files = &system_};
  const auto finish = [](const Setting& same) { go_on(same, 1); };
  (void)record(setting, {}, finish);
  const fs::path orphan = setting.checkpoints() / "m0.t1.f0";
  fs::create_directories(orphan);
  EXPECT_THAT(promises(setting, finish), testing::IsEmpty());
  EXPECT_FALSE(fs::exists(orphan));
  EXPECT_THAT(promises(setting, [](const Setting& same) { whole_life(same); }), testing::Not(testing::IsEmpty()));
}

TEST_F(PowerLossTest, FindsMembersThatFailAfterTheCut) {
  Verdict verdict;
  const Setting setting{.root = folder_ / "disk", .files = &system_};
  const Recorded recorded = record(setting, {}, whole_life);
  EXPECT_TRUE(examine_after_cut(setting, recorded.log).broken.empty());
  std::vector<std::string> other = recorded.log;
  other[3] += " ";
  EXPECT_EQ(examine_after_cut(setting, other).broken,
            std::vector<std::string>{"after the cut, the record holds what was never recorded"});
}

TEST_F(PowerLossTest, FindsADamagedDatabase) {
  const Setting setting{.root = folder_ / "disk", .files = &system_};
  const Recorded recorded = record(setting, {}, whole_life);
  std::fstream database(setting.database(), std::ios::in | std::ios::out | std::ios::binary);
  database.seekp(20 * 4096 + 8);
  database << std::string(2'000, 'x');
  database.close();
  EXPECT_FALSE(examine_after_cut(setting, recorded.log).broken.empty());
}

TEST_F(PowerLossTest, NoticesAnOperationThatIsNotRecorded) {
  fs::create_directories(folder_ / "disk");
  Recorder recorder(folder_ / "disk");
  Folder(folder_ / "disk").write("seen", "x");
  EXPECT_EQ(recorder.finish().operations.size(), 2U);
  std::FILE* file = std::fopen((folder_ / "disk/unseen").c_str(), "w");  // the C library's own calls are not ours
  ASSERT_NE(file, nullptr);
  std::fputs("x", file);
  std::fclose(file);
  EXPECT_THROW((void)recorder.finish(), std::logic_error);
}

}  // namespace
}  // namespace pbt::power_loss
