#include "launch/ownership.h"

#include <gtest/gtest.h>

#include "tests/support/fake_clock.h"
#include "tests/support/scratch_folder.h"

namespace pbt {
namespace {

using namespace std::chrono_literals;

class OwnershipTest : public testing::Test {
 protected:
  ScratchFolder folder_;
  FakeClock clock_;
  Ownership first_{folder_.path(), 30s, clock_}, second_{folder_.path(), 30s, clock_};
};

TEST_F(OwnershipTest, IsOneProcessesAlone) {
  EXPECT_TRUE(first_.tick());
  EXPECT_FALSE(second_.tick());
  for (int second = 0; second < 100; ++second) {
    clock_.advance(1s);
    EXPECT_TRUE(first_.tick());
    EXPECT_FALSE(second_.tick());
  }
}

TEST_F(OwnershipTest, PassesOnAtOnceWhenItIsReleased) {
  EXPECT_TRUE(first_.tick());
  first_.release();
  EXPECT_TRUE(second_.tick());
  EXPECT_FALSE(first_.tick());
}

TEST_F(OwnershipTest, IsTakenFromWhoIsSilent) {
  EXPECT_TRUE(first_.tick());
  EXPECT_FALSE(second_.tick());
  clock_.advance(30s);
  EXPECT_FALSE(second_.tick());
  clock_.advance(1s);
  EXPECT_TRUE(second_.tick());
  EXPECT_FALSE(first_.tick());
}

TEST_F(OwnershipTest, IsGivenUpLongBeforeAnybodyTakesIt) {
  EXPECT_TRUE(first_.tick());
  clock_.advance(16s);
  EXPECT_FALSE(first_.tick());
}

TEST_F(OwnershipTest, IsNotTakenByWhoHasJustBegunToLook) {
  EXPECT_TRUE(first_.tick());
  clock_.advance(1h);
  EXPECT_FALSE(second_.tick());
  clock_.advance(31s);
  EXPECT_TRUE(second_.tick());
}

TEST_F(OwnershipTest, GoesToOneOfSeveralThatSawTheSilence) {
  Ownership third(folder_.path(), 30s, clock_);
  EXPECT_TRUE(first_.tick());
  EXPECT_FALSE(second_.tick());
  EXPECT_FALSE(third.tick());
  clock_.advance(31s);
  EXPECT_TRUE(third.tick());
  EXPECT_FALSE(second_.tick());
  clock_.advance(1s);
  EXPECT_TRUE(third.tick());
}

TEST_F(OwnershipTest, CannotBeHadInAFolderThatIsNotThere) {
  Ownership nowhere(folder_.path() / "absent", 30s, clock_);
  EXPECT_ANY_THROW((void)nowhere.tick());
}

}  // namespace
}  // namespace pbt
