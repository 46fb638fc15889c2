#include "trainer/command_trainer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "pbt/error.h"
#include "tests/contract/trainer_fixture.h"
#include "trainer/process_table.h"
#include "trainer/test_programs.h"

namespace pbt {
namespace {

using testing::HasSubstr;

class CommandTrainerTest : public testing::Test {
 protected:
  /// Runs a shell script as the trainer of one turn; $1 is the folder to save into, $2 the file of the result.
  Outcome train(const std::string& script, Stop stop = Stop::no, double turn_timeout_s = 0) {
    CommandOptions options =
        command_options({"/bin/sh", "-c", script, "sh", "{save}", "{result}", "{load}", "{learning_rate}", "{steps}",
                         "{from_step}", "{seed}", "{member}", "{index}", "{momentum}"},
                        folder_.path());
    options.trainer.turn_timeout_s = turn_timeout_s;
    options.trainer.cancel_timeout_s = cancel_timeout_s_;
    TestControl control(stop, folder_.path() / "member-3.log");
    return make_command_trainer(std::move(options))->train({turn()}, control).at(0);
  }
  Report report(const std::string& script, Stop stop = Stop::no) {
    const Outcome outcome = train(script, stop);
    const auto* failure = std::get_if<TrainerFailure>(&outcome);
    EXPECT_EQ(failure, nullptr) << failure->message;
    return failure == nullptr ? std::get<Report>(outcome) : Report{};
  }
  TrainerFailure failure(const std::string& script, Stop stop = Stop::no, double turn_timeout_s = 0) {
    const Outcome outcome = train(script, stop, turn_timeout_s);
    EXPECT_TRUE(std::holds_alternative<TrainerFailure>(outcome));
    const auto* failure = std::get_if<TrainerFailure>(&outcome);
    return failure != nullptr ? *failure : TrainerFailure{};
  }
  Assignment turn() {
    Assignment result;
    result.id = "m3.t2.f9";
    result.member = 3;
    result.index = 2;
    result.seed = 11;
    result.hyperparameters = {{"learning_rate", 0.125}};
    result.from_step = 100;
    result.steps = 50;
    std::filesystem::create_directories(folder_.path() / "save");
    result.save = Folder(folder_.path() / "save");
    return result;
  }
  std::string log() const { return content_of(folder_.path() / "member-3.log"); }

  ScratchFolder folder_;
  double cancel_timeout_s_ = 60;
};

TEST_F(CommandTrainerTest, FillsEveryPlaceholder) {
  static_cast<void>(report("printf '%s|' \"$@\" | cut -d'|' -f 1,3- ; echo '{\"loss\": 1}'"));
  EXPECT_THAT(log(), HasSubstr((folder_.path() / "save").string() + "||0.125|50|100|11|3|2||"));
}

TEST_F(CommandTrainerTest, ReadsTheLastJsonLineOfStandardOutput) {
  const Report got = report(
      "echo '{\"loss\": 3}'; echo '{\"loss\": 2, \"epoch\": \"last\"}'; echo done; echo '{oops'; echo '{\"loss\": 9}' "
      ">&2");
  EXPECT_EQ(got.metrics, (Metrics{{"loss", 2}}));
  EXPECT_EQ(got.step, 150);
}

TEST_F(CommandTrainerTest, PrefersTheResultFile) {
  const Report got = report(
      "echo '{\"loss\": 3}'; echo '{\"step\": 152, \"metrics\": {\"loss\": NaN}, \"samples\": [1, -Infinity]}' > $2");
  EXPECT_TRUE(std::isnan(got.metrics.at("loss")));
  EXPECT_EQ(got.step, 152);
  EXPECT_EQ(got.samples.at(1), -std::numeric_limits<double>::infinity());
}

TEST_F(CommandTrainerTest, TakesAResultThatFollowsAProgressBar) {
  EXPECT_EQ(report("printf ' 50%%\\r100%%\\r{\"loss\": 4}'").metrics.at("loss"), 4);
}

TEST_F(CommandTrainerTest, CountsStepsOfThisTurnFromItsBeginning) {
  EXPECT_EQ(report("echo '{\"loss\": 3, \"steps\": 51}'").step, 151);
  EXPECT_EQ(failure("echo '{\"loss\": 3, \"steps\": 49}'").kind, FailureKind::too_few_steps);
}

TEST_F(CommandTrainerTest, FailsWithTheStatusAndTheLastLines) {
  const TrainerFailure crashed = failure("echo no memory left >&2; exit 3");
  EXPECT_EQ(crashed.kind, FailureKind::crash);
  EXPECT_THAT(crashed.message, HasSubstr("exit status 3"));
  EXPECT_EQ(crashed.log_tail, "no memory left");
}

TEST_F(CommandTrainerTest, SaysHowToReportWhenNothingIsReported) {
  const TrainerFailure silent = failure("echo all good");
  EXPECT_EQ(silent.kind, FailureKind::no_metric);
  EXPECT_THAT(silent.message, HasSubstr("{result}"));
  EXPECT_THAT(failure("echo '[1]' > $2").message, HasSubstr("it is no JSON object: [1]"));
}

TEST_F(CommandTrainerTest, KillsAfterTheTimeOutWithAllItsProcesses) {
  const TrainerFailure late = failure("setsid sleep 1000 & sleep 1000", Stop::no, 0.3);
  EXPECT_EQ(late.kind, FailureKind::timeout);
  EXPECT_THAT(descendants_of(::getpid()), testing::IsEmpty());
}

TEST_F(CommandTrainerTest, TakesWhatIsSavedAtSigtermOnlyWithItsStep) {
  const std::string wait = "echo; echo step 1; while true; do sleep 1000 & wait; done";
  const Report early = report("trap 'echo \"{\\\"loss\\\": 1, \\\"step\\\": 120}\"; exit 0' TERM; " + wait, Stop::save);
  EXPECT_EQ(early.step, 120);
  EXPECT_TRUE(early.partial);
  EXPECT_EQ(failure("trap 'echo \"{\\\"loss\\\": 1}\"; exit 0' TERM; " + wait, Stop::save).kind,
            FailureKind::abandoned);
  cancel_timeout_s_ = 0.3;
  EXPECT_EQ(failure("trap '' TERM; " + wait, Stop::save).kind, FailureKind::abandoned);
}

TEST_F(CommandTrainerTest, RefusesACommandThatCannotWork) {
  const auto message = [&](const std::vector<std::string>& command) -> std::string {
    try {
      static_cast<void>(make_command_trainer(command_options(command, folder_.path())));
      return "";
    } catch (const UsageError& error) {
      return error.what();
    }
  };
  EXPECT_THAT(message({"./train", "{save}", "{learning_rat}"}),
              HasSubstr("unknown placeholder {learning_rat}; did you mean \"learning_rate\"?"));
  EXPECT_THAT(message({"./train", "{steps}"}), HasSubstr("no {save}"));
  EXPECT_EQ(message({"awk", "{print $1} {{NR}}", "{save}"}), "");
}

TEST(CommandTemplate, ReplacesNamesAndLeavesOtherBracesAlone) {
  const auto shout = [](const std::string& name) { return "<" + name + ">"; };
  EXPECT_EQ(substitute("--lr={optimizer.lr}", shout), "--lr=<optimizer.lr>");
  EXPECT_EQ(substitute("{{steps}} {steps}", shout), "{steps} <steps>");
  EXPECT_EQ(substitute(R"({"a":{"b":1}} {} { x } {1})", shout), R"({"a":{"b":1}} {} { x } {1})");
  EXPECT_TRUE(has_placeholder({"./train", "--save={save}"}));
  EXPECT_FALSE(has_placeholder({"python", "train.py", R"({"a": 1})", "{{save}}"}));
}

}  // namespace
}  // namespace pbt
