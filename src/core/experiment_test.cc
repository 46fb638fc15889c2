#include "pbt/experiment.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "pbt/error.h"

namespace pbt {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Experiment good() {
  Experiment experiment;
  experiment.name = "lander-1";
  experiment.population = 4;
  experiment.interval = 10;
  experiment.budget.steps = 100;
  experiment.objective.metric = "return";
  experiment.space.parameters.push_back({"learning_rate", RealRange{1e-5, 1e-1, Scale::log}, {}, false, {}, {}});
  return experiment;
}

/// The message for a good experiment after `change`.
template <class Change>
std::string error_after(Change change) {
  Experiment experiment = good();
  change(experiment);
  try {
    validate(experiment);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Objective, TurnsEveryMetricSoThatHigherIsBetter) {
  EXPECT_EQ((Objective{"x", Mode::maximize}.score(2)), 2);
  EXPECT_EQ((Objective{"x", Mode::minimize}.score(2)), -2);
  EXPECT_EQ((Objective{"x", Mode::minimize}.metric_value(-2)), 2);
}

TEST(Objective, ScoresWhatIsNotFiniteAsTheWorst) {
  for (const Mode mode : {Mode::maximize, Mode::minimize}) {
    EXPECT_EQ((Objective{"x", mode}.score(std::nan(""))), -kInfinity);
    EXPECT_EQ((Objective{"x", mode}.score(kInfinity)), -kInfinity);
    EXPECT_EQ((Objective{"x", mode}.score(-kInfinity)), -kInfinity);
  }
}

TEST(ValidateExperiment, AcceptsAGoodOne) {
  EXPECT_EQ(error_after([](Experiment&) {}), "no error");
}

TEST(ValidateExperiment, RefusesNamesThatAreNoFolderNames) {
  for (const char* name : {"", ".hidden", "-x", "a/b", "a b", "\xc3\xa4"}) {
    EXPECT_NE(error_after([&](Experiment& e) { e.name = name; }), "no error") << name;
  }
}

TEST(ValidateExperiment, SaysThatTheIntervalIsLargerThanTheSteps) {
  EXPECT_EQ(error_after([](Experiment& e) { e.interval = 101; }),
            "interval (101) is larger than steps (100); a member would be done before it ever compares itself. Take "
            "steps / 50 "
            "or so");
  EXPECT_EQ(error_after([](Experiment& e) { e.interval = 100; }), "no error");
  EXPECT_EQ(error_after([](Experiment& e) { e.interval = 0; }),
            "interval must be more than 0, not 0; it is the steps of one turn");
  EXPECT_EQ(error_after([](Experiment& e) { e.budget.steps = 0; }),
            "steps must be more than 0, not 0; it is each member's budget");
}

TEST(ValidateExperiment, RefusesAPopulationThatCannotExploit) {
  EXPECT_EQ(error_after([](Experiment& e) { e.population = 0; }), "population must be at least 1, not 0");
  EXPECT_EQ(error_after([](Experiment& e) { e.population = 1; }),
            "population is 1, but exploit \"truncation\" copies from others; expected at least 2 members, or "
            "[algorithm] exploit "
            "= { strategy = \"none\" }");
  EXPECT_EQ(error_after([](Experiment& e) {
              e.population = 1;
              e.algorithm.exploit.name = "none";
            }),
            "no error");
  EXPECT_EQ(error_after([](Experiment& e) {
              e.population = 1;
              e.algorithm.type = "random";
            }),
            "no error");
}

TEST(ValidateExperiment, RefusesToExploreAnEmptySpace) {
  EXPECT_NE(error_after([](Experiment& e) { e.space.parameters.clear(); }), "no error");
  EXPECT_EQ(error_after([](Experiment& e) {
              e.space.parameters.clear();
              e.algorithm.explore.name = "none";
            }),
            "no error");
}

TEST(ValidateExperiment, AsksForTheMetric) {
  EXPECT_EQ(error_after([](Experiment& e) { e.objective.metric = ""; }),
            "[objective] metric is missing; expected the name of what the trainer reports, e.g. metric = \"accuracy\"");
}

TEST(ValidateExperiment, NamesTheHyperparameterThatIsWrong) {
  EXPECT_EQ(error_after([](Experiment& e) { e.space.parameters[0].domain = RealRange{0, 1, Scale::log}; }),
            "hyperparameters.learning_rate: a log scale needs low > 0, not low = 0, high = 1");
}

TEST(ValidateExperiment, RefusesHyperparametersThatACommandsPlaceholdersAlreadyName) {
  const auto rename = [](Experiment& e) {
    e.space.parameters[0].name = "seed";
    e.trainer.command = {"./train", "{seed}"};
  };
  EXPECT_EQ(error_after(rename), "hyperparameters.seed: {seed} in a command means something else; choose another name");
  EXPECT_EQ(error_after([&](Experiment& e) {
              rename(e);
              e.trainer.kind = TrainerKind::session;
            }),
            "no error");
}

TEST(ValidateExperiment, ChecksInitialRows) {
  const auto with_row = [](Hyperparameters row, std::string checkpoint = "") {
    return error_after([&](Experiment& e) { e.initial = {{}, {row, checkpoint}}; });
  };
  EXPECT_EQ(with_row({{"learning_rate", 1e-3}}), "no error");
  EXPECT_EQ(with_row({{"learning_rate", 1.0}}),
            "[[initial]] row 2: learning_rate = 1 is outside its range; expected a number from 1e-05 to 0.1");
  EXPECT_EQ(with_row({{"learning_rat", 1e-3}}),
            "[[initial]] row 2: there is no hyperparameter \"learning_rat\"; did you mean \"learning_rate\"?");
  EXPECT_EQ(with_row({}, "relative/folder"),
            "[[initial]] row 2: checkpoint must be the absolute path of a folder, not \"relative/folder\"");
  EXPECT_EQ(error_after([](Experiment& e) { e.initial.resize(5); }),
            "[[initial]] has 5 rows, but population is 4; expected at most one row a member");
}

TEST(ValidateExperiment, FindsAnInitialRowThatNoDrawCompletes) {
  EXPECT_EQ(error_after([](Experiment& e) {
              e.space.constraints = {Constraint("learning_rate < 1e-2")};
              e.initial = {{{{"learning_rate", 0.05}}, ""}};
            }),
            "[[initial]] row 1: hyperparameters: none of 1000 draws fits: in the last, the constraint \"learning_rate "
            "< 1e-2\" "
            "does not hold; widen the ranges or loosen the constraint");
}

TEST(ValidateExperiment, RefusesBudgetsAndLimitsOutOfRange) {
  EXPECT_EQ(error_after([](Experiment& e) { e.budget.total_steps = -1; }),
            "[budget] total_steps must be at least 0 (no limit), not -1");
  EXPECT_NE(error_after([](Experiment& e) { e.budget.wall_clock_s = std::nan(""); }), "no error");
  EXPECT_NE(error_after([](Experiment& e) { e.budget.target = kInfinity; }), "no error");
  EXPECT_EQ(error_after([](Experiment& e) { e.failures.max_failures = 0; }),
            "[failures] max_failures must be at least 1, not 0");
  EXPECT_NE(error_after([](Experiment& e) { e.failures.backoff_s = -1; }), "no error");
  EXPECT_NE(error_after([](Experiment& e) { e.checkpoints.keep_last = -1; }), "no error");
}

TEST(ValidateExperiment, RefusesWorkersOutOfRange) {
  EXPECT_EQ(error_after([](Experiment& e) { e.workers.count = 0; }), "[workers] count must be at least 1, not 0");
  EXPECT_EQ(error_after([](Experiment& e) { e.workers.lease_s = 0; }), "[workers] lease must be more than 0, not 0");
  EXPECT_NE(error_after([](Experiment& e) { e.workers.workers_per_gpu = 0; }), "no error");
  EXPECT_EQ(error_after([](Experiment& e) {
              e.workers.gpus = {"0"};
              e.workers.gpus_per_member = 2;
            }),
            "[workers] gpus_per_member (2) is more than the 1 gpus listed; a member's GPUs are on one machine");
  EXPECT_NE(error_after([](Experiment& e) { e.trainer.hello_timeout_s = 0; }), "no error");
}

TEST(ValidateExperiment, RefusesDurationsThatNoMillisecondsHold) {
  EXPECT_EQ(error_after([](Experiment& e) { e.workers.lease_s = 1e300; }),
            "[workers] lease must be at most 1e9 seconds (30 years), not 1e+300");
  EXPECT_NE(error_after([](Experiment& e) { e.failures.backoff_s = e.failures.backoff_max_s = 1e18; }), "no error");
  EXPECT_NE(error_after([](Experiment& e) { e.trainer.turn_timeout_s = 1e10; }), "no error");
}

}  // namespace
}  // namespace pbt
