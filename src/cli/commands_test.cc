#include "cli/commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "checkpoint/directory_storage.h"
#include "cli/command_line.h"
#include "cli/experiment_file.h"
#include "cli/locate.h"
#include "pbt/clock.h"
#include "pbt/error.h"
#include "pbt/files.h"
#include "store/sqlite_store.h"
#include "tests/support/lander_specification.h"
#include "tests/support/temporary_folder.h"

namespace pbt {
namespace {

using nlohmann::json;
using testing::HasSubstr;

/// A real record and real checkpoints below runs/lander: each member has trained one turn; member 1 copied member 0.
class Commands : public testing::Test {
 protected:
  void SetUp() override {
    const Location place = place_of("lander", "");
    std::filesystem::create_directories(place.folder);
    create_experiment(place.address.file, "lander", lander_specification, 2, clock_);
    store_ = open_sqlite_store(place.address.file, "lander", Durability::process, clock_);
    storage_ = make_directory_storage(place.checkpoints(), Durability::process, files_);
    const auto leases = store_->acquire({"host-1-0", 2, Order::least_progress, {}, std::chrono::minutes(1)});
    ASSERT_EQ(leases.size(), 2u);
    for (const Lease& lease : leases) {
      Decision start;
      start.member = lease.member.id;
      start.kind = DecisionKind::start;
      start.hyperparameters = {{"lr", 0.01}};
      EXPECT_EQ(store_->commit(StartMember{lease, start, lease.member.id}).at(0), CommitResult::committed);
    }
    finish(leases[0], 0.5, DecisionKind::proceed, 0.01);
    finish(leases[1], 0.75, DecisionKind::copy, 0.0125);
  }

  void finish(const Lease& lease, double loss, DecisionKind kind, double next_lr) {
    Turn turn;
    turn.key = lease.turn();
    turn.fence = lease.fence();
    turn.worker = lease.worker;
    turn.hyperparameters = {{"lr", 0.01}};
    turn.to_step = 100;
    turn.score = -loss;
    turn.metrics = {{"loss", loss}};
    const std::string name = turn_id(turn.key, turn.fence);
    storage_->stage(name).write("weights", "weights of " + name);
    turn.checkpoint = storage_->publish(name);
    Decision decision;
    decision.member = turn.key.member;
    decision.turn = 1;
    decision.kind = kind;
    decision.weights = TurnKey{0, 1};
    if (kind == DecisionKind::copy) decision.donor = TurnKey{0, 1};
    decision.hyperparameters = {{"lr", next_lr}};
    EXPECT_EQ(store_->commit(FinishTurns{{{lease, turn, decision}}}).at(0), CommitResult::committed);
  }

  /// What the program prints for these arguments; its exit status goes to `status_`.
  std::string run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "pbt");
    std::vector<char*> pointers;
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    CommandLine line;
    status_ = parse_command_line(static_cast<int>(pointers.size()), pointers.data(), line);
    if (line.command) status_ = line.command();
    errors_ = testing::internal::GetCapturedStderr();
    return testing::internal::GetCapturedStdout();
  }

  const TemporaryFolder folder_;
  SystemClock clock_;
  SystemFiles files_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<CheckpointStorage> storage_;
  int status_ = -1;
  std::string errors_;
};

TEST_F(Commands, BestNamesTheFolderThatHoldsTheBytes) {
  const json best = json::parse(run({"best", "--json"}));
  EXPECT_EQ(status_, 0);
  EXPECT_EQ(best.at("score"), 0.5);
  EXPECT_EQ(best.at("member"), 0);
  EXPECT_EQ(best.at("turn"), 1);
  EXPECT_EQ(best.at("step"), 100);
  EXPECT_EQ(best.at("hyperparameters"), json({{"lr", 0.01}}));
  EXPECT_TRUE(std::filesystem::is_regular_file(best.at("checkpoint").get<std::string>() + "/weights"));
}

TEST_F(Commands, BestCopiesTheCheckpoint) {
  const json best = json::parse(run({"best", "lander", "--copy", "model/", "--json"}));
  EXPECT_EQ(best.at("checkpoint"), (folder_.path() / "model").string());
  std::ostringstream bytes;
  bytes << std::ifstream("model/weights").rdbuf();
  EXPECT_EQ(bytes.str(), "weights of m0.t1.f1");
}

TEST_F(Commands, BestCopiesNothingOverWhatIsThere) {
  std::filesystem::create_directory("model");
  EXPECT_THROW((void)command_best({{}, false, "model"}), UsageError);
  EXPECT_THROW((void)command_best({{}, false, "nowhere/model"}), UsageError);
}

TEST_F(Commands, BestCopiesNothingWhenTheBytesAreNotThoseRecorded) {
  std::ofstream(place_of("lander", "").checkpoints() / "m0.t1.f1" / "weights") << "other bytes";
  EXPECT_THROW((void)command_best({{}, false, "model"}), CheckpointLost);
  int entries = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path()))
    entries += entry.path().filename() == "runs" ? 0 : 1;
  EXPECT_EQ(entries, 0) << "no model, and nothing half-copied";
}

TEST_F(Commands, StatusShowsTheMembers) {
  EXPECT_THAT(run({"status"}),
              HasSubstr("lander: running; best loss 0.5 at step 100 (m0.t1)\n2 turns, 200 of 800 steps (25 %)"));
  EXPECT_EQ(json::parse(run({"status", "lander", "--json"})).at("members").size(), 2u);
}

TEST_F(Commands, TurnsPrintsAnObjectALine) {
  std::istringstream lines(run({"turns", "--json"}));
  std::vector<json> turns;
  for (std::string line; std::getline(lines, line);) turns.push_back(json::parse(line));
  ASSERT_EQ(turns.size(), 2u);
  EXPECT_EQ(turns[1].at("member"), 1);
  EXPECT_EQ(turns[1].at("decision"), "copy");
  EXPECT_EQ(turns[1].at("donor"), json({{"member", 0}, {"turn", 1}}));
}

TEST_F(Commands, TurnsCanBeThoseOfOneMemberOrTheLast) {
  EXPECT_EQ(json::parse(run({"turns", "--json", "--member", "1"})).at("member"), 1);
  EXPECT_EQ(json::parse(run({"turns", "--json", "--last", "1"})).at("member"), 1);
}

TEST_F(Commands, ScheduleFollowsTheBestUnlessAMemberIsNamed) {
  EXPECT_EQ(json::parse(run({"schedule", "--json"})).at("member"), 0);
  EXPECT_EQ(json::parse(run({"schedule", "--format", "json", "--member", "1"})).at("member"), 1);
  EXPECT_EQ(run({"schedule", "--format", "ray"}), "[\"member_0\",\"member_0\",0,0,{\"lr\":0.01},{\"lr\":0.01}]\n");
}

TEST_F(Commands, ScheduleRefusesMembersAndTurnsThatAreNotThere) {
  EXPECT_THROW((void)command_schedule({{}, {2, {}}, "table"}), UsageError);
  EXPECT_THROW((void)command_schedule({{}, {0, 2}, "table"}), UsageError);
  EXPECT_THROW((void)command_schedule({{}, {{}, 1}, "table"}), UsageError);
}

TEST_F(Commands, LineageDrawsTheTree) {
  EXPECT_EQ(run({"lineage"}),
            "m0.t1  steps 0 to 100  loss 0.5  (best)\n"
            "(dead ends left out: 1; --all shows them)\n");
}

TEST_F(Commands, ExportWritesAFileOrStandardOutput) {
  EXPECT_EQ(run({"export", "-o", "turns.csv"}), "");
  std::ostringstream text;
  text << std::ifstream("turns.csv").rdbuf();
  EXPECT_EQ(run({"export"}), text.str());
  const json all = json::parse(run({"export", "--format", "json"}));
  EXPECT_EQ(all.at("turns").size(), 2u);
  EXPECT_EQ(all.at("decisions").size(), 4u);
  EXPECT_EQ(all.at("failures").size(), 0u);
}

TEST_F(Commands, ExportSaysWhenItCannotWrite) {
  EXPECT_THROW((void)command_export({{}, "csv", "nowhere/turns.csv"}), Error);
}

TEST_F(Commands, WatchPrintsOneLineAndEndsWithTheExperimentWhereThereIsNoTerminal) {
  store_->control(SetState{RunState::done, "every member has done its steps"});
  EXPECT_THAT(run({"watch"}), HasSubstr("lander: done (every member has done its steps); best loss 0.5"));
}

TEST_F(Commands, InitRefusesToOverwrite) {
  std::ofstream("experiment.toml") << "mine";
  EXPECT_THROW((void)command_init({}), UsageError);
}

TEST_F(Commands, InitWritesAFileThatCanBeRead) {
  run({"init", "new.toml", "--minimize", "loss", "-p", "lr=1e-4..1e-1:log", "-p", "batch=32,64", "--yes", "--",
       "./train", "--fast"});
  EXPECT_EQ(status_, 0);
  const Experiment e = read_experiment_file("new.toml");
  EXPECT_EQ(e.name, "new");
  EXPECT_EQ(e.space.parameters.size(), 2u);
  EXPECT_THAT(e.trainer.command, testing::ElementsAre("./train", "--fast"));
}

TEST_F(Commands, WhatFollowsTheDashesIsTheTrainersAlone) {
  run({"init", "--yes", "--maximize", "accuracy", "--", "./train", "--json", "--steps", "{steps}"});
  EXPECT_EQ(status_, 0);
  EXPECT_THAT(read_experiment_file("experiment.toml").trainer.command,
              testing::ElementsAre("./train", "--json", "--steps", "{steps}"));
  run({"status", "--", "./train"});
  EXPECT_EQ(status_, 2) << "status has no trainer";
}

TEST_F(Commands, WrongUsageIsStatus2WithTheNearestCommand) {
  run({"stauts"});
  EXPECT_EQ(status_, 2);
  EXPECT_EQ(errors_, "pbt: error: there is no command \"stauts\"; did you mean \"status\"?\n");
  run({"status", "--jsn"});
  EXPECT_EQ(status_, 2);
  EXPECT_THAT(errors_, HasSubstr("see `pbt status --help`"));
}

TEST_F(Commands, WrongUsageIsJsonForWhoeverAskedForIt) {
  run({"schedule", "--json", "--format", "xml"});
  EXPECT_EQ(status_, 2);
  EXPECT_EQ(json::parse(errors_).at("status"), 2);
}

TEST_F(Commands, HelpShowsExamplesAndNeedsNoExperiment) {
  EXPECT_THAT(run({"best", "--help"}), HasSubstr("pbt best lander --copy model"));
  EXPECT_EQ(status_, 0);
  EXPECT_EQ(run({"--version"}), "pbt 0.1.0\n");
}

}  // namespace
}  // namespace pbt
