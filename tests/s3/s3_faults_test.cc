#include <gmock/gmock.h>

#include "pbt/error.h"
#include "tests/s3/s3_fixture.h"
#include "tests/support/what_is_said.h"

namespace pbt::s3 {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

/// By way of the proxy. Waits for faults only where the server is ours.
class S3Faults : public S3 {
 protected:
  void SetUp() override {
    if (!is_ours()) GTEST_SKIP() << "the proxy stands before our own server";
    S3::SetUp();
  }
  const Files files{
      {"weights", random_bytes(1, 2 * part_bytes + 777)}, {"optimizer", random_bytes(2, 70'000)}, {"log", ""}};

  /// Puts and gets through faults: right every time, whatever it took.
  void comes_through(const std::string& kinds, int percent, int rounds) {
    const RemoteBytes remote = bytes(server().proxy());
    const std::filesystem::path from = folder(files);
    for (int round = 0; round < rounds; ++round) {
      ASSERT_EQ(server().tell("faults " + std::to_string(round) + " " + std::to_string(percent) + " " + kinds), "ok");
      remote.put("m0.t1.f1", from);
      EXPECT_TRUE(got(remote, "m0.t1.f1") == files) << kinds << ", round " << round;
      remote.remove("m0.t1.f1");
      EXPECT_THAT(remote.list(), IsEmpty());
    }
  }
};

TEST_F(S3Faults, ComeThroughOverloadedServers) { comes_through("500,503", 30, 4); }
TEST_F(S3Faults, ComeThroughConnectionsThatEnd) { comes_through("reset,truncate", 25, 4); }
TEST_F(S3Faults, ComeThroughAnswersThatAreLost) { comes_through("lost", 25, 4); }
TEST_F(S3Faults, ComeThroughStalledAnswers) {
  stalled_s_ = 3;  // the server, and the tests beside, may keep an answer for a second
  comes_through("slow", 20, 2);
}
TEST_F(S3Faults, ComeThroughBytesChangedOnTheWayUp) { comes_through("corrupt_up", 25, 4); }
TEST_F(S3Faults, ComeThroughAllOfThem) { comes_through("500,503,reset,lost,truncate,corrupt_up", 30, 6); }

TEST_F(S3Faults, DoNotTakeAServerAtWorkForAStalledOne) {
  stalled_s_ = 1;
  const RemoteBytes remote = bytes(server().proxy());
  server().tell("faults 0 100 late");
  EXPECT_NO_THROW(remote.put("m0.t1.f1", folder({{"weights", "abc"}})));
}

TEST_F(S3Faults, NeverGiveWrongBytes) {
  const RemoteBytes remote = bytes(server().proxy());
  remote.put("m0.t1.f1", folder(files));
  int right = 0;
  for (int round = 0; round < 20; ++round) {
    server().tell("faults " + std::to_string(round) + " 40 corrupt,truncate,reset");
    const std::filesystem::path to = fresh();
    try {
      // A damaged error document may hide that nothing is there, never the other way round.
      ASSERT_TRUE(remote.get("m0.t1.f1", to));
      EXPECT_TRUE(read(to) == files);
      ++right;
    } catch (const StorageError& error) {
      EXPECT_THAT(error.what(), HasSubstr("tried 10 times"));
    }
  }
  EXPECT_GT(right, 15);
}

TEST_F(S3Faults, SayThatBytesAreOthersThanWerePut) {
  const RemoteBytes remote = bytes(server().proxy());
  remote.put("m0.t1.f1", folder(files));
  server().tell("faults 0 100 corrupt");
  const std::string said = what_is_said<CheckpointLost>([&] { (void)remote.get("m0.t1.f1", fresh()); });
  EXPECT_THAT(said, HasSubstr("m0.t1.f1.json: "));
  EXPECT_THAT(said, HasSubstr("(tried 10 times)"));
}

TEST_F(S3Faults, LeaveNothingBehindThatIsNotListed) {
  const RemoteBytes hasty = bytes(server().proxy(), "allowed", "", 2), direct = bytes();
  int failed = 0;
  for (int round = 0; round < 20; ++round) {
    server().tell("faults " + std::to_string(round) + " 35 500,lost,corrupt_up");
    try {
      hasty.put("m0.t1.f1", folder(files));
      EXPECT_TRUE(got(direct, "m0.t1.f1") == files);
    } catch (const StorageError& error) {
      ++failed;
      // Only the answer about the manifest may have been lost.
      const std::filesystem::path to = fresh();
      const bool stands = direct.get("m0.t1.f1", to);
      EXPECT_TRUE(!stands || read(to) == files) << error.what();
    }
    if (!direct.list().empty()) direct.remove("m0.t1.f1");
    EXPECT_THAT(direct.list(), IsEmpty());
  }
  EXPECT_GT(failed, 5);
}

}  // namespace
}  // namespace pbt::s3
