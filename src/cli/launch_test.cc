#include "cli/launch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "pbt/error.h"
#include "tests/support/lander_specification.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/what_is_said.h"

namespace pbt {
namespace {

using testing::HasSubstr;
using testing::Not;

class Launch : public testing::Test {
 protected:
  Launch() { std::ofstream("lander.toml") << lander_specification; }

  static std::string script(const LaunchSlurmOptions& options) {
    testing::internal::CaptureStdout();
    EXPECT_EQ(command_launch_slurm(options, builtin_strategies()), 0);
    return testing::internal::GetCapturedStdout();
  }
  static LaunchSlurmOptions dry_run() {
    LaunchSlurmOptions options;
    options.target.experiment = "lander.toml";
    options.job.program = "pbt";
    options.dry_run = true;
    return options;
  }

  TemporaryFolder folder_;
};

TEST_F(Launch, OnlyPrintsTheScriptInADryRun) {
  EXPECT_THAT(script(dry_run()),
              HasSubstr("export PBT_STORE=sqlite:" + folder_.path().string() + "/runs/lander/pbt.db"));
  EXPECT_FALSE(std::filesystem::exists("runs"));
}

TEST_F(Launch, PutsNoPasswordIntoAScript) {
  LaunchSlurmOptions options = dry_run();
  options.target.store = "postgresql://ann@db/pbt";
  EXPECT_THAT(script(options), HasSubstr("export PBT_STORE=postgresql://ann@db/pbt\n"));
  options.target.store = "";
  setenv("PBT_STORE", "postgresql://ann:secret@db/pbt", 1);
  EXPECT_THAT(script(options), testing::AllOf(Not(HasSubstr("secret")), Not(HasSubstr("PBT_STORE"))));
  unsetenv("PBT_STORE");
  options.target.store = "postgresql://ann:secret@db/pbt";
  EXPECT_THROW((void)command_launch_slurm(options, builtin_strategies()), UsageError);
}

TEST_F(Launch, SaysSoWhereThereIsNoSlurm) {
  LaunchSlurmOptions options = dry_run();
  options.dry_run = false;
  const std::string path = std::getenv("PATH");
  setenv("PATH", "/nowhere", 1);
  const std::string said = what_is_said<Error>([&] { (void)command_launch_slurm(options, builtin_strategies()); });
  setenv("PATH", path.c_str(), 1);
  EXPECT_THAT(said, HasSubstr("there is no program \"sbatch\" on PATH: run this where Slurm's commands are"));
}

TEST_F(Launch, RefusesAnSqliteFileForPods) {
  LaunchKubernetesOptions options;
  options.target.experiment = "lander.toml";
  options.job.image = "pbt";
  EXPECT_THAT(what_is_said<UsageError>([&] { (void)command_launch_kubernetes(options, builtin_strategies()); }),
              HasSubstr("PostgreSQL"));
}

TEST_F(Launch, SaysWhereNoJobWasSubmitted) {
  EXPECT_THAT(what_is_said<UsageError>([&] { (void)command_launch_status({.target = {.experiment = "lander"}}); }),
              HasSubstr("experiment lander has no job of Slurm in"));
}

}  // namespace
}  // namespace pbt
