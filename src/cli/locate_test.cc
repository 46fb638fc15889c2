#include "cli/locate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "pbt/clock.h"
#include "pbt/error.h"
#include "store/sqlite_store.h"
#include "tests/support/temporary_folder.h"

namespace pbt {
namespace {

using testing::HasSubstr;

void make_run(const std::filesystem::path& database, const std::string& name) {
  std::filesystem::create_directories(std::filesystem::absolute(database).parent_path());
  SystemClock clock;
  create_experiment(database, name, "", 2, clock);
}

std::string refusal(const Target& target) {
  try {
    return "(found " + locate(target).experiment + ")";
  } catch (const UsageError& error) {
    return error.what();
  }
}

TEST(PlaceOf, IsBelowRunsUnlessAStoreIsNamed) {
  const TemporaryFolder folder;
  const Location location = place_of("lander", "");
  EXPECT_EQ(location.store, "sqlite:runs/lander/pbt.db");
  EXPECT_EQ(location.address.file, folder.path() / "runs/lander/pbt.db");
  EXPECT_EQ(location.folder, folder.path() / "runs/lander");
  EXPECT_EQ(location.checkpoints(), folder.path() / "runs/lander/checkpoints");
}

TEST(PlaceOf, GivesEachExperimentOfASharedStoreItsOwnFolder) {
  const TemporaryFolder folder;
  EXPECT_EQ(place_of("lander", "sqlite:all.db").folder, folder.path() / "lander");
  EXPECT_EQ(place_of("lander", "sqlite:/data/lander/pbt.db").folder, "/data/lander");
}

TEST(PlaceOf, TakesTheStoreOfTheEnvironmentAfterThatOfTheFlag) {
  const TemporaryFolder folder;
  setenv("PBT_STORE", "sqlite:/data/all.db", 1);
  EXPECT_EQ(place_of("lander", "").address.file, "/data/all.db");
  EXPECT_EQ(place_of("lander", "sqlite:/other.db").address.file, "/other.db");
  unsetenv("PBT_STORE");
}

TEST(PlaceOf, RefusesStoresOfAnUnknownKind) {
  EXPECT_THROW((void)place_of("lander", "mysql:x"), UsageError);
  EXPECT_THROW((void)place_of("lander", "sqlite:"), UsageError);
}

TEST(Locate, FindsTheOnlyExperimentInSight) {
  const TemporaryFolder folder;
  make_run("runs/lander/pbt.db", "lander");
  EXPECT_EQ(locate({}).experiment, "lander");
  EXPECT_EQ(locate({"lander", ""}).address.file, folder.path() / "runs/lander/pbt.db");
}

TEST(Locate, AsksWhichOneWhenThereAreMore) {
  const TemporaryFolder folder;
  make_run("runs/lander/pbt.db", "lander");
  make_run("runs/gan/pbt.db", "gan");
  EXPECT_EQ(refusal({}), "which experiment? runs/ holds gan, lander; name one of them");
}

TEST(Locate, SaysWhatToDoWhenThereIsNone) {
  const TemporaryFolder folder;
  EXPECT_THAT(refusal({}), HasSubstr("there is no experiment in runs/; start one with `pbt run experiment.toml`"));
}

TEST(Locate, NamesTheNearestExperiment) {
  const TemporaryFolder folder;
  make_run("runs/lander/pbt.db", "lander");
  EXPECT_EQ(refusal({"landr", ""}),
            "there is no experiment \"landr\" in runs/; did you mean \"lander\"?; there is lander");
}

TEST(Locate, TakesTheNameFromAnExperimentFile) {
  const TemporaryFolder folder;
  make_run("runs/lander/pbt.db", "lander");
  std::ofstream("experiment.toml")
      << "name = \"lander\"\nsteps = 10\ninterval = 1\n[objective]\nmetric = \"m\"\n[trainer]\n"
         "command = [\"./train\"]\n[hyperparameters]\nlr = { low = 0.1, high = 1 }\n";
  EXPECT_EQ(locate({"experiment.toml", ""}).experiment, "lander");
}

TEST(Locate, LooksIntoASharedStore) {
  const TemporaryFolder folder;
  make_run("all.db", "lander");
  EXPECT_EQ(locate({"", "sqlite:all.db"}).experiment, "lander");
  make_run("all.db", "gan");
  EXPECT_EQ(refusal({"", "sqlite:all.db"}), "which experiment? sqlite:all.db holds gan, lander; name one of them");
  EXPECT_EQ(locate({"gan", "sqlite:all.db"}).experiment, "gan");
}

}  // namespace
}  // namespace pbt
