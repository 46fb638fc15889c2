#include "trainer/evaluate_checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "pbt/error.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/what_is_said.h"

namespace pbt {
namespace {

using testing::HasSubstr;

/// Evaluates a checkpoint by a line of shell, which is told the folder and the seed as $1 and $2.
class EvaluateCheckpointTest : public testing::Test {
 protected:
  EvaluateCheckpointTest() {
    setenv("PBT_PROGRAM", PBT_TEST_GUARD, 1);
    experiment_.objective = {"loss", Mode::minimize};
  }
  double evaluate(const std::string& script) {
    experiment_.evaluation.command = {"sh", "-c", script, "evaluate", "{checkpoint}", "{seed}"};
    return evaluate_checkpoint(experiment_, "/runs/m3.t7.f12", 1000, folder_.path() / "log");
  }

  Experiment experiment_;
  ScratchFolder folder_;
};

TEST_F(EvaluateCheckpointTest, MakesAScoreOfTheMetricOfTheLastObject) {
  EXPECT_EQ(evaluate("echo loading; echo '{\"loss\": 0.25}'"), -0.25);
}

TEST_F(EvaluateCheckpointTest, TellsTheFolderAndTheSeed) {
  EXPECT_EQ(evaluate("test $1 = /runs/m3.t7.f12 && echo \"{\\\"loss\\\": $2}\""), -1000);
}

TEST_F(EvaluateCheckpointTest, TakesAMetricOfItsOwn) {
  experiment_.evaluation.metric = "test_loss";
  EXPECT_EQ(evaluate("echo '{\"loss\": 1, \"test_loss\": 2}'"), -2);
}

TEST_F(EvaluateCheckpointTest, SaysWhatWasPrintedWhenItFails) {
  EXPECT_THAT(what_is_said<Error>([&] { (void)evaluate("echo no such model; exit 3"); }),
              testing::AllOf(HasSubstr("exit status 3"), HasSubstr("no such model")));
  EXPECT_THAT(what_is_said<Error>([&] { (void)evaluate("echo done"); }), HasSubstr("printed no JSON object"));
  EXPECT_THAT(what_is_said<Error>([&] { (void)evaluate("echo '{\"accuracy\": 1}'"); }),
              HasSubstr("reported no \"loss\""));
  experiment_.evaluation.timeout_s = 0.01;
  EXPECT_THAT(what_is_said<Error>([&] { (void)evaluate("exec sleep 60"); }), HasSubstr("took longer"));
}

TEST_F(EvaluateCheckpointTest, RefusesACommandThatIsNotToldTheFolder) {
  experiment_.evaluation.command = {"sh"};
  EXPECT_THROW(check_evaluation(experiment_), UsageError);
  experiment_.evaluation.command = {"sh", "{checkpoint}", "{folder}"};
  EXPECT_THROW(check_evaluation(experiment_), UsageError);
}

TEST_F(EvaluateCheckpointTest, SaysWhichProgramIsMissing) {
  experiment_.evaluation.command = {"./absent", "{checkpoint}"};
  EXPECT_THAT(what_is_said<Error>([&] { check_evaluation(experiment_); }),
              testing::AllOf(HasSubstr("the evaluation's program"), HasSubstr("correct evaluation.command")));
}

}  // namespace
}  // namespace pbt
