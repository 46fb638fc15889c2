#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "checkpoint/directory_storage.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/experiment_file.h"
#include "cli/locate.h"
#include "pbt/clock.h"
#include "pbt/error.h"
#include "pbt/files.h"
#include "pbt/worker.h"
#include "store/sqlite_store.h"
#include "tests/support/temporary_folder.h"
#include "view/lineage.h"

namespace pbt {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr const char* kSpecification = R"(name = "lander"
population = 3
steps = 50
interval = 10
[objective]
metric = "score"
mode = "max"
[trainer]
command = ["sh", "-c", "echo theta > $0/theta; echo \"{\\\"score\\\": $1}\"", "{save}", "{lr}"]
[hyperparameters]
lr = { low = 1e-3, high = 1.0, scale = "log" }
batch = { values = [32, 64], ordered = true }
layers = { low = 1, high = 3, type = "int", structural = true }
[algorithm]
exploit = { strategy = "truncation", fraction = 0.3 }
)";

/// The weights are one number, which every step raises by the learning rate; its value is the score.
Report train_toy(const Assignment& turn, TurnControl&) {
  double theta = turn.weights == Weights::none ? 0 : std::stod(turn.load.read("theta"));
  theta += turn.hyperparameters.real("lr") * static_cast<double>(turn.steps);
  turn.save.write("theta", std::to_string(theta));
  return {.step = turn.target_step(), .metrics = {{"score", theta}}};
}

/// A real record and real checkpoints below runs/lander.
class Tending : public testing::Test {
 protected:
  void SetUp() override {
    place_ = place_of("lander", "");
    std::filesystem::create_directories(place_.folder);
    create_experiment(place_.address.file, "lander", kSpecification, 3, clock_);
    store_ = open_sqlite_store(place_.address.file, "lander", Durability::process, clock_);
    storage_ = make_directory_storage(place_.checkpoints(), Durability::process, files_);
  }

  /// Trains until so many turns are recorded, or the end.
  void train(int turns = 1'000) {
    const Experiment experiment = read_experiment(kSpecification, "the test", folder_.path());
    const auto algorithm = make_algorithm(experiment, builtin_strategies());
    const auto trainer = make_function_trainer(train_toy);
    Worker* worker = nullptr;
    Worker working({experiment, *algorithm, *store_, *storage_, *trainer, clock_}, {.name = "w"},
                   [&](const Event& event) {
                     if (std::holds_alternative<TurnRecorded>(event) && --turns == 0) worker->request_stop(Stop::save);
                   });
    worker = &working;
    (void)working.run();
  }

  /// What the program prints for these arguments; its exit status goes to `status_`.
  std::string run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "pbt");
    std::vector<char*> pointers;
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    testing::internal::CaptureStdout();
    CommandLine line;
    status_ = parse_command_line(static_cast<int>(pointers.size()), pointers.data(), line);
    if (line.command) status_ = line.command();
    return testing::internal::GetCapturedStdout();
  }

  std::string refusal(const InjectOptions& options) {
    try {
      (void)command_inject(options);
      return "(injected)";
    } catch (const Error& error) {
      return error.what();
    }
  }

  Member member(int id) { return store_->population().members.at(static_cast<std::size_t>(id)); }

  const TemporaryFolder folder_;
  Location place_;
  SystemClock clock_;
  SystemFiles files_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<CheckpointStorage> storage_;
  int status_ = -1;
};

TEST_F(Tending, DoctorFindsAHealthyRecordHealthy) {
  train();
  const json found = json::parse(run({"doctor", "lander", "--json"}));
  EXPECT_EQ(status_, 0);
  EXPECT_EQ(found.at("healthy"), true);
  EXPECT_EQ(found.at("turns"), 15);
  EXPECT_EQ(found.at("recomputed"), found.at("decisions"));
  EXPECT_EQ(found.at("violations"), json::array());
}

TEST_F(Tending, DoctorSeesBytesThatChanged) {
  train();
  const std::string name = store_->population().best->checkpoint.name;
  std::ofstream(place_.checkpoints() / name / "theta") << "tampered";
  EXPECT_THAT(run({"doctor", "lander"}), HasSubstr(name + " holds other bytes than were recorded"));
  EXPECT_EQ(status_, 1);
}

TEST_F(Tending, DoctorLooksAtTheMachineWithoutAnExperiment) {
  const json found = json::parse(run({"doctor", "--json"}));
  std::vector<std::string> names;
  for (const json& check : found.at("checks")) names.push_back(check.at("name"));
  EXPECT_THAT(names, testing::ElementsAre("sqlite", "file_system", "disk", "fsync", "cores", "gpus", "guard"));
}

TEST_F(Tending, InjectChangesWhatTheNextTurnStartsFrom) {
  train(6);
  const Member before = member(1);
  run({"inject", "lander", "--member", "1", "--set", "lr=0.25", "--set", "batch=64"});
  EXPECT_EQ(status_, 0);
  const Decision next = *member(1).next;
  EXPECT_EQ(next.kind, DecisionKind::proceed);
  EXPECT_EQ(next.revision, before.next->revision + 1);
  EXPECT_EQ(next.weights, before.next->weights);
  EXPECT_EQ(next.hyperparameters.real("lr"), 0.25);
  EXPECT_EQ(next.hyperparameters.integer("batch"), 64);
  EXPECT_EQ(next.hyperparameters.integer("layers"), before.next->hyperparameters.integer("layers"));
  EXPECT_EQ(next.reason, "inject: by hand");
  train();
  EXPECT_EQ(store_->turn({1, before.turns + 1})->hyperparameters, next.hyperparameters);
  const json found = json::parse(run({"doctor", "lander", "--json"}));
  EXPECT_EQ(found.at("violations"), json::array());
  EXPECT_EQ(found.at("by_hand"), 1);
}

TEST_F(Tending, InjectedWeightsAreCopiedAndCountFromStepZero) {
  train(6);
  std::filesystem::create_directory("pretrained");
  std::ofstream("pretrained/theta") << "1000";
  run({"inject", "lander", "--member", "2", "--checkpoint", "pretrained", "--set", "layers=2"});
  std::filesystem::remove_all("pretrained");
  const Member injected = member(2);
  EXPECT_EQ(injected.next->kind, DecisionKind::start);
  EXPECT_EQ(injected.next->weights, std::nullopt);
  ASSERT_TRUE(injected.next->imported);
  EXPECT_THAT(injected.next->imported->name, HasSubstr("initial-2.inject-"));
  train();
  const TurnPointer turn = store_->turn({2, injected.turns + 1});
  EXPECT_EQ(turn->from_step, 0);
  EXPECT_GT(turn->score, 1000);
  EXPECT_EQ(json::parse(run({"doctor", "lander", "--json"})).at("violations"), json::array());
}

TEST_F(Tending, InjectSaysWhatIsWrongWithValues) {
  train(6);
  const auto set = [&](const std::string& setting) { return refusal({{}, 1, {setting}, "", false}); };
  EXPECT_THAT(set("lrr=0.1"), HasSubstr("did you mean \"lr\"?"));
  EXPECT_THAT(set("lr=fast"), HasSubstr("--set lr=fast: expected a number from 0.001 to 1"));
  EXPECT_THAT(set("lr=7"), HasSubstr("member 1 after --set"));
  EXPECT_THAT(set("batch=33"), HasSubstr("expected one of 32, 64"));
  EXPECT_THAT(set("layers=2"), HasSubstr("structural"));
  EXPECT_THAT(set("lr"), HasSubstr("expected NAME=VALUE"));
  EXPECT_THAT(refusal({{}, 1, {}, "", false}), HasSubstr("nothing to inject"));
  EXPECT_THAT(refusal({{}, 3, {"lr=0.1"}, "", false}), HasSubstr("--member 3: expected 0 to 2"));
  EXPECT_EQ(member(1).next->reason.find("inject"), std::string::npos);
}

TEST_F(Tending, InjectRefusesAMemberThatCannotTakeIt) {
  const InjectOptions options{{}, 0, {"lr=0.1"}, "", false};
  EXPECT_THAT(refusal(options), HasSubstr("has not begun"));
  train(6);
  (void)store_->acquire({.worker = "somebody", .count = 3});
  EXPECT_THAT(refusal(options), HasSubstr("is being trained by somebody: `pbt pause lander`"));
}

TEST_F(Tending, InjectRefusesAMemberThatIsAtItsEnd) {
  train();
  EXPECT_THAT(refusal({{}, 0, {"lr=0.1"}, "", false}), HasSubstr("is stopped (budget of 50 steps reached)"));
}

TEST_F(Tending, GcRemovesWhatKeepLastSparedButNotWhatIsPinned) {
  train(4);
  run({"gc", "--pin", "m0.t1"});
  EXPECT_EQ(status_, 0);
  train();
  std::filesystem::create_directories(place_.checkpoints() / "m0.t2.f99");  // left by a crash
  const json collected = json::parse(run({"gc", "--keep-last", "0", "--json"}));
  EXPECT_EQ(collected.at("orphans_removed"), 1);
  EXPECT_TRUE(std::filesystem::exists(place_.checkpoints() / store_->turn({0, 1})->checkpoint.name));
  EXPECT_EQ(json::parse(run({"gc", "--unpin", "m0.t1", "--keep-last", "0", "--json"})).at("checkpoints_removed"), 1);
  EXPECT_FALSE(std::filesystem::exists(place_.checkpoints() / store_->turn({0, 1})->checkpoint.name));
  EXPECT_EQ(json::parse(run({"doctor", "lander", "--json"})).at("healthy"), true);
  EXPECT_THROW(run({"gc", "--pin", "turn7"}), UsageError);
  (void)testing::internal::GetCapturedStdout();
}

json last_object(const std::string& printed) {
  return json::parse(printed.substr(printed.rfind('\n', printed.size() - 2) + 1));
}

TEST_F(Tending, ReplayTrainsOneMemberAlongTheSchedule) {
  setenv("PBT_PROGRAM", PBT_TEST_PROGRAM, 1);
  train();
  const TurnPointer best = store_->population().best;
  const std::string printed = run({"replay", "lander", "--seed", "5", "--json"});
  EXPECT_EQ(status_, 0);
  const json found = last_object(printed);
  EXPECT_EQ(found.at("member"), best->key.member);
  EXPECT_EQ(found.at("turn"), best->key.index);
  EXPECT_EQ(found.at("score"), best->score);
  const OpenRun replay = open_run({"", found.at("store").get<std::string>()});
  EXPECT_EQ(replay.experiment.seed, 5U);
  EXPECT_EQ(replay.experiment.population, 1);
  const std::vector<TurnPointer> original = lineage(*store_, best->key);
  const std::vector<TurnPointer> again = all_turns(*replay.reader);
  ASSERT_EQ(again.size(), original.size());
  for (std::size_t i = 0; i < again.size(); ++i) EXPECT_EQ(again[i]->hyperparameters, original[i]->hyperparameters);
  // It is a record like any other, which keeps to its turn.
  EXPECT_EQ(json::parse(run({"doctor", replay.location.experiment, "--store", replay.location.store, "--json"}))
                .at("healthy"),
            true);
  EXPECT_THROW((void)command_replay({.choice = {0, 1}, .seed = 5}, builtin_strategies()), UsageError);
  run({"replay", "lander", "--seed", "5"});
  EXPECT_EQ(all_turns(*replay.reader).size(), original.size());
  const OpenRun held =
      open_run({"", last_object(run({"replay", "lander", "--final", "--seed", "5", "--json"})).at("store")});
  for (const TurnPointer& turn : all_turns(*held.reader))
    EXPECT_EQ(turn->hyperparameters, original.back()->hyperparameters);
}

}  // namespace
}  // namespace pbt
