#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "cli/experiment_file.h"
#include "pbt/error.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/what_is_said.h"

namespace pbt {
namespace {

using testing::HasSubstr;

constexpr const char* base = R"(
name = "base"
steps = 1000
interval = 100
objective.metric = "score"
trainer.command = ["./train"]
workers = { count = 2, lease = 30 }
hyperparameters.rate = { low = 0, high = 1 }
algorithm = { type = "pbt", burn_in = 100, explore = "resample" }
)";

class ExtendedFileTest : public testing::Test {
 protected:
  std::filesystem::path write(const std::string& name, const std::string& text) {
    const std::filesystem::path path = folder_.path() / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
    return path;
  }
  ScratchFolder folder_;
};

TEST_F(ExtendedFileTest, TakesWhatItDoesNotSayItselfFromTheOther) {
  write("base.toml", base);
  const Experiment experiment = read_experiment_file(write("more.toml", R"(
extends = "base.toml"
name = "more"
workers.count = 4
hyperparameters.size = { low = 1, high = 8, type = "int" }
)"));
  EXPECT_EQ(experiment.name, "more");
  EXPECT_EQ(experiment.budget.steps, 1000);
  EXPECT_EQ(experiment.workers.count, 4);
  EXPECT_EQ(experiment.workers.lease_s, 30);
  EXPECT_EQ(experiment.space.parameters.size(), 2U);
  EXPECT_EQ(experiment.algorithm.explore.name, "resample");
}

TEST_F(ExtendedFileTest, TakesAnAlgorithmWhole) {
  write("base.toml", base);
  const Experiment experiment = read_experiment_file(
      write("random.toml", "extends = \"base.toml\"\nname = \"random\"\n[algorithm]\ntype = \"random\"\n"));
  EXPECT_EQ(experiment.algorithm.type, "random");
  EXPECT_TRUE(experiment.algorithm.settings.empty()) << "burn_in is PBT's";
}

TEST_F(ExtendedFileTest, LeavesPathsRelativeToTheFileWithTheTrainer) {
  write("base.toml", base);
  const auto inner = write("inner/random.toml", "extends = \"../base.toml\"\nname = \"random\"\n");
  EXPECT_EQ(read_experiment_file(inner).trainer.directory, folder_.path().string());
  const auto own =
      write("inner/own.toml", "extends = \"../base.toml\"\nname = \"own\"\n[trainer]\ncommand = [\"./mine\"]\n");
  EXPECT_EQ(read_experiment_file(own).trainer.directory, (folder_.path() / "inner").string());
}

TEST_F(ExtendedFileTest, TellsEachFilesMistakesUnderItsOwnName) {
  write("base.toml", std::string(base) + "populaton = 4\n");
  const auto path = write("random.toml", "extends = \"base.toml\"\nname = \"random\"\n");
  EXPECT_THAT(what_is_said<UsageError>([&] { (void)read_experiment_file(path); }),
              HasSubstr("base.toml:10: populaton"));
  write("base.toml", base);
  const auto wrong = write("wrong.toml", "extends = \"base.toml\"\nname = \"wrong\"\ninterval = \"often\"\n");
  EXPECT_THAT(what_is_said<UsageError>([&] { (void)read_experiment_file(wrong); }),
              HasSubstr("wrong.toml:3: interval"));
}

TEST_F(ExtendedFileTest, RefusesFilesThatExtendOneAnotherOrAreNotThere) {
  const auto path = write("a.toml", "extends = \"b.toml\"\n");
  write("b.toml", "extends = \"a.toml\"\n");
  EXPECT_THAT(what_is_said<UsageError>([&] { (void)read_experiment_file(path); }), HasSubstr("extend one another"));
  const auto lonely = write("c.toml", "extends = \"d.toml\"\n");
  EXPECT_THAT(what_is_said<UsageError>([&] { (void)read_experiment_file(lonely); }), HasSubstr("d.toml: cannot read"));
  const auto wrong = write("e.toml", "extends = 3\n");
  EXPECT_THAT(what_is_said<UsageError>([&] { (void)read_experiment_file(wrong); }), HasSubstr("e.toml:1: extends"));
}

}  // namespace
}  // namespace pbt
