#include "cli/init.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "cli/experiment_file.h"
#include "pbt/error.h"

namespace pbt {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Init, WritesAFileThatIsReadWithoutAnyFlag) {
  const Experiment e = read_experiment(new_experiment_file({}), "experiment.toml", "/e");
  EXPECT_EQ(e.name, "experiment");
  EXPECT_EQ(e.population, 16);
  EXPECT_EQ(e.trainer.directory, "/e") << "the folder is not fixed, so that the file can be moved";
  EXPECT_EQ(e.space.parameters.at(0).name, "learning_rate");
}

TEST(Init, TakesWhatTheFlagsSay) {
  InitOptions options;
  options.file = "a/my lander.toml";
  options.metric = "loss";
  options.mode = "min";
  options.steps = 500;
  options.workers = 2;
  options.parameters = {"lr=1e-4..1e-1:log", "batch=32,64"};
  options.command = {"./train", "--x"};
  const Experiment e = read_experiment(new_experiment_file(options), "experiment.toml", "/e");
  EXPECT_EQ(e.name, "my-lander");
  EXPECT_EQ(e.objective.metric, "loss");
  EXPECT_EQ(e.objective.mode, Mode::minimize);
  EXPECT_EQ(e.interval, 10);
  EXPECT_EQ(e.workers.count, 2);
  EXPECT_THAT(e.trainer.command, ElementsAre("./train", "--x"));
  EXPECT_EQ(e.space.parameters.size(), 2u);
}

TEST(Init, AsksForWhatTheFlagsLeaveOpen) {
  InitOptions options;
  options.population = 8;
  std::istringstream in("lander\n./train --fast\nreturn\nbetter\nmax\nlr=1..0\nlr=0.1..1\n\n1_000\nmany\n100\n4\n");
  std::ostringstream out;
  ask(options, in, out);
  EXPECT_EQ(options.name, "lander");
  EXPECT_THAT(options.command, ElementsAre("./train", "--fast"));
  EXPECT_EQ(options.mode, "max");
  EXPECT_THAT(options.parameters, ElementsAre("lr=0.1..1"));
  EXPECT_EQ(options.steps, 1000);
  EXPECT_EQ(options.interval, 100);
  EXPECT_EQ(options.population, 8);
  EXPECT_EQ(options.workers, 4);
  EXPECT_THAT(out.str(), HasSubstr("max or min, please"));
  EXPECT_THAT(out.str(), HasSubstr("a whole number of at least 1, please"));
}

TEST(Init, TakesTheUsualAnswersAtTheEndOfTheInput) {
  InitOptions options;
  std::istringstream in("");
  std::ostringstream out;
  ask(options, in, out);
  EXPECT_EQ(options.name, "experiment");
  EXPECT_EQ(options.steps, 100'000);
  EXPECT_EQ(options.interval, 2000);
}

TEST(Init, RefusesFlagsThatDoNotGoTogether) {
  InitOptions options;
  options.steps = 10;
  options.interval = 100;
  EXPECT_THROW((void)new_experiment_file(options), UsageError);
}

}  // namespace
}  // namespace pbt
