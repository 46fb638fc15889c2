#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/experiment_file.h"

namespace pbt {
namespace {

Experiment begun() {
  return read_experiment(R"(
name = "e"
steps = 1000
interval = 100
[objective]
metric = "m"
[trainer]
command = ["./train"]
[hyperparameters]
lr = { low = 0.1, high = 1 }
)",
                         "e.toml", "/e");
}

/// The one change that `edit` makes.
Change only_change(const std::function<void(Experiment&)>& edit) {
  Experiment after = begun();
  edit(after);
  const std::vector<Change> changes = compare(begun(), after);
  EXPECT_EQ(changes.size(), 1u) << to_string(changes);
  return changes.empty() ? Change{} : changes.front();
}

TEST(Compare, FindsNothingBetweenEqualExperiments) { EXPECT_TRUE(compare(begun(), begun()).empty()); }

TEST(Compare, NamesTheKeyAndBothValues) {
  const Change change = only_change([](Experiment& e) { e.interval = 200; });
  EXPECT_EQ(change.key, "interval");
  EXPECT_EQ(change.before, "100");
  EXPECT_EQ(change.after, "200");
  EXPECT_EQ(to_string(std::vector<Change>{change}), "interval: 100 -> 200");
}

TEST(Compare, AllowsWhatSaysHowItIsRun) {
  const std::vector<std::pair<std::string, std::function<void(Experiment&)>>> edits{
      {"steps", [](Experiment& e) { e.budget.steps = 2000; }},
      {"budget.total_steps", [](Experiment& e) { e.budget.total_steps = 5000; }},
      {"budget.target", [](Experiment& e) { e.budget.target = 0.9; }},
      {"workers.count", [](Experiment& e) { e.workers.count = 8; }},
      {"workers.threads_per_worker", [](Experiment& e) { e.workers.threads_per_worker = 2; }},
      {"failures.max_failures", [](Experiment& e) { e.failures.max_failures = 9; }},
      {"log.tensorboard", [](Experiment& e) { e.log.tensorboard = true; }},
      {"checkpoints.keep_last", [](Experiment& e) { e.checkpoints.keep_last = 2; }},
      {"checkpoints.durability", [](Experiment& e) { e.checkpoints.durability = Durability::process; }},
      {"trainer.turn_timeout", [](Experiment& e) { e.trainer.turn_timeout_s = 60; }},
      {"trainer.environment", [](Experiment& e) { e.trainer.environment["A"] = "b"; }},
      {"trainer.directory", [](Experiment& e) { e.trainer.directory = "/moved"; }},
  };
  for (const auto& [key, edit] : edits) {
    const Change change = only_change(edit);
    EXPECT_EQ(change.key, key);
    EXPECT_TRUE(change.allowed) << key;
  }
}

TEST(Compare, RefusesWhatTheTurnsAreAFunctionOf) {
  const std::vector<std::pair<std::string, std::function<void(Experiment&)>>> edits{
      {"name", [](Experiment& e) { e.name = "f"; }},
      {"population", [](Experiment& e) { e.population = 8; }},
      {"interval", [](Experiment& e) { e.interval = 50; }},
      {"seed", [](Experiment& e) { e.seed = 2; }},
      {"synchronous", [](Experiment& e) { e.synchronous = true; }},
      {"objective.mode", [](Experiment& e) { e.objective.mode = Mode::minimize; }},
      {"trainer.command", [](Experiment& e) { e.trainer.command = {"./other"}; }},
      {"hyperparameters.lr", [](Experiment& e) { std::get<RealRange>(e.space.parameters[0].domain).high = 2; }},
      {"algorithm.exploit", [](Experiment& e) { e.algorithm.exploit.settings["fraction"] = 0.5; }},
      {"algorithm.burn_in", [](Experiment& e) { e.algorithm.settings["burn_in"] = std::int64_t{10}; }},
      {"initial 1.lr", [](Experiment& e) { e.initial.push_back({{{"lr", 0.5}}, ""}); }},
      {"constraints", [](Experiment& e) { e.space.constraints.emplace_back("lr < 2"); }},
  };
  for (const auto& [key, edit] : edits) {
    const Change change = only_change(edit);
    EXPECT_EQ(change.key, key);
    EXPECT_FALSE(change.allowed) << key;
  }
}

TEST(Compare, ShowsANewAndAMissingHyperparameterAsAbsent) {
  Experiment after = begun();
  after.space.parameters[0].name = "rate";
  EXPECT_EQ(to_string(compare(begun(), after)),
            "hyperparameters.lr: { low = 0.1, high = 1.0 } -> (absent)\n"
            "hyperparameters.rate: (absent) -> { low = 0.1, high = 1.0 }");
}

TEST(Compare, RefusesOtherThreadsInASynchronousExperiment) {
  Experiment before = begun();
  before.synchronous = true;
  Experiment after = before;
  after.workers.threads_per_worker = 2;
  EXPECT_FALSE(compare(before, after).at(0).allowed);
}

}  // namespace
}  // namespace pbt
