#include "check/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "check/findings.h"
#include "checkpoint/directory_storage.h"
#include "checkpoint/memory_storage.h"
#include "tests/contract/trainer_fixture.h"
#include "tests/faulty_trainers/toy.h"
#include "trainer/test_programs.h"

namespace pbt {
namespace {

using testing::HasSubstr;

/// Turns so long that none ends by itself while it is interrupted.
constexpr std::int64_t interval = 1'000'000'000'000;

Experiment toy_experiment() {
  Experiment experiment;
  experiment.name = "toy";
  experiment.interval = interval;
  experiment.budget.steps = interval;
  experiment.objective = {"loss", Mode::minimize};
  experiment.space.parameters = {{.name = "learning_rate", .domain = RealRange{1e-4, 1e-3, Scale::log}},
                                 {.name = "momentum", .domain = RealRange{0.1, 0.5}}};
  return experiment;
}

std::string texts_of(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) text += text_of(finding);
  return text;
}

Finding found(const std::vector<Finding>& findings, const std::string& name) {
  for (const Finding& finding : findings)
    if (finding.name == name) return finding;
  ADD_FAILURE() << "no finding is called " << name;
  return {};
}

/// The forms that a trainer may have, around the toy.
enum class Form { function, session, command };

class CheckTest : public testing::Test {
 protected:
  std::unique_ptr<Trainer> make(Form form, const std::string& fault) const {
    if (form == Form::function) return make_function_trainer(toy::make_toy(fault), 1);
    if (form == Form::session) {
      SessionOptions options = session_options({fault}, folder_.path());
      options.trainer.turn_timeout_s = turn_timeout_s;
      options.trainer.hello_timeout_s = hello_timeout_s;
      options.trainer.cancel_timeout_s = cancel_timeout_s;
      return make_session_trainer(options);
    }
    CommandOptions options = command_options(
        {faulty_trainer, fault, "--once", "load={load}", "save={save}", "steps={steps}", "from_step={from_step}",
         "seed={seed}", "result={result}", "learning_rate={learning_rate}", "momentum={momentum}"},
        folder_.path());
    options.trainer.turn_timeout_s = turn_timeout_s;
    return make_command_trainer(options);
  }
  std::vector<Finding> check(Form form, const std::string& fault) {
    const auto storage = make_directory_storage(folder_.path() / "scratch", Durability::process, files_);
    return check_trainer(toy_experiment(), [&] { return make(form, fault); }, *storage,
                         {.steps = 1000, .margin_s = margin_s});
  }
  std::vector<Finding> check(const TrainFunction& train, Experiment experiment = toy_experiment(),
                             CheckOptions options = {.steps = 1000}) {
    const auto storage = make_memory_storage();
    return check_trainer(experiment, [&] { return make_function_trainer(train); }, *storage, options);
  }

  double turn_timeout_s = 60, hello_timeout_s = 60, cancel_timeout_s = 10, margin_s = 0.25;
  ScratchFolder folder_;
  SystemFiles files_;
};

struct Fault {
  Form form;
  std::string mode;
  std::string finding;  ///< that must fail
  std::string word;     ///< that its explanation must hold
};

void PrintTo(const Fault& fault, std::ostream* out) { *out << fault.mode; }

class CheckFaultTest : public CheckTest, public testing::WithParamInterface<Fault> {};

TEST_P(CheckFaultTest, IsNamed) {
  const std::string& mode = GetParam().mode;
  if (mode == "never_hello" || mode == "not_connecting") hello_timeout_s = 0.3;
  if (mode == "hangs") turn_timeout_s = 0.3;
  if (mode == "closes") cancel_timeout_s = 0.3;
  if (mode == "half_written") margin_s = 2;  // on a busy machine it may need a while until it writes
  const std::vector<Finding> findings = check(GetParam().form, mode);
  const Finding finding = found(findings, GetParam().finding);
  EXPECT_EQ(finding.verdict, Verdict::failed) << texts_of(findings);
  EXPECT_THAT(finding.explanation, HasSubstr(GetParam().word));
  // One fault, one accusation.
  for (const Finding& other : findings) {
    const bool accused = other.verdict == Verdict::failed;
    EXPECT_EQ(accused, other.name == finding.name) << texts_of(findings);
  }
}

const std::string starts = "starts and trains a turn";
const std::string takes_effect = "new hyperparameters take effect after a load";

std::vector<Fault> faults() {
  std::vector<Fault> faults;
  for (const Form form : {Form::function, Form::session, Form::command}) {
    faults.insert(faults.end(), {{form, "overwrites_hyperparameters", takes_effect, "learning_rate"},
                                 {form, "lies_about_hyperparameters", takes_effect, "overwrites it, silently"},
                                 {form, "ignores_seed", "the same seed repeats", "seed every generator"},
                                 {form, "too_few_steps", "the steps asked are the steps done", "stopped at step 999"},
                                 {form, "no_metric", starts, "no metric \"loss\""},
                                 {form, "wrong_metric", starts, "\"los\""},
                                 {form, "nan", "the metric is finite", "is not finite"},
                                 {form, "fails", starts, "out of memory, for example"},
                                 {form, "saves_nothing", starts, "saved nothing"},
                                 {form, "saves_symlink", starts, "symbolic link"},
                                 {form, "writes_to_load", "the parent checkpoint is only read", "read only"}});
    // A process a turn keeps nothing in memory: there, what is not in the checkpoint is not part of what is trained.
    if (form != Form::command)
      faults.insert(faults.end(),
                    {{form, "leaks_state", "no state leaks between members", "stays from the turn before"},
                     {form, "saves_not_all", "resident equals reloaded", "does not hold all"},
                     {form, "forgets_optimizer", "resident equals reloaded", "optimiser's state"}});
    // These would end, hang or litter the test itself.
    if (form != Form::function)
      faults.insert(faults.end(),
                    {{form, "hangs", starts, "timeout"},
                     {form, "crashes_mid_turn", starts, "exit status 7"},
                     {form, "aborts_mid_turn", starts, "SIGABRT"},
                     {form, "crashes_at_once", starts, "there is no such dataset"},
                     {form, "half_written", "a killed trainer leaves nothing half-written", "only half written"}});
  }
  for (const auto& [mode, word] : {std::pair{"never_hello", "hello"},
                                   {"not_connecting", "connect"},
                                   {"wrong_protocol", "protocol 2"},
                                   {"garbage", "training went well"},
                                   {"closes", "closed its connection"}})
    faults.push_back({Form::session, mode, starts, word});
  return faults;
}

std::string name_of(const testing::TestParamInfo<Fault>& info) {
  const char* form = info.param.form == Form::function  ? "Function"
                     : info.param.form == Form::session ? "Session"
                                                        : "Command";
  return form + ("_" + info.param.mode);
}

INSTANTIATE_TEST_SUITE_P(Every, CheckFaultTest, testing::ValuesIn(faults()), name_of);

class CheckGoodTest : public CheckTest, public testing::WithParamInterface<Form> {};

TEST_P(CheckGoodTest, PassesInEveryClauseThatApplies) {
  margin_s = 2;
  const std::vector<Finding> findings = check(GetParam(), "good");
  std::vector<std::string> skipped;
  for (const Finding& finding : findings) {
    if (finding.verdict == Verdict::skipped)
      skipped.push_back(finding.name);
    else
      EXPECT_EQ(finding.verdict, Verdict::passed) << text_of(finding);
  }
  std::vector<std::string> expected;
  if (GetParam() == Form::command)
    expected = {"resident equals reloaded", "new hyperparameters reach weights in memory"};
  if (GetParam() == Form::function) expected = {"a killed trainer leaves nothing half-written"};
  EXPECT_EQ(skipped, expected) << texts_of(findings);
}

INSTANTIATE_TEST_SUITE_P(Forms, CheckGoodTest, testing::Values(Form::function, Form::session, Form::command));

TEST_F(CheckTest, SaysEachFindingAsItIsMadeAndHowFarTurnsAre) {
  std::vector<std::string> names;
  std::set<std::string> worked_on;
  CheckOptions options{.steps = 1000};
  options.listener = [&](const Finding& finding) { names.push_back(finding.name); };
  options.progress = [&](const std::string& finding, const std::string&) { worked_on.insert(finding); };
  const std::vector<Finding> findings = check(toy::make_toy("good"), toy_experiment(), options);
  ASSERT_EQ(names.size(), findings.size());
  EXPECT_EQ(names.back(), findings.back().name);
  EXPECT_TRUE(worked_on.contains("the same seed repeats"));
}

TEST_F(CheckTest, NamesNewHyperparametersThatDoNotReachWeightsInMemory) {
  const auto storage = make_directory_storage(folder_.path() / "scratch", Durability::process, files_);
  const auto findings = check_trainer(toy_experiment(),
                                      [] {
                                        const TrainFunction good = toy::make_toy("good");
                                        const auto before = std::make_shared<Hyperparameters>();
                                        return make_function_trainer(
                                            [=](Assignment turn, TurnControl& control) {
                                              if (turn.weights == Weights::resident) turn.hyperparameters = *before;
                                              *before = turn.hyperparameters;
                                              Report report = good(turn, control);
                                              report.in_effect = {};
                                              return report;
                                            },
                                            1);
                                      },
                                      *storage, {.steps = 1000});
  const std::string name = "new hyperparameters reach weights in memory";
  EXPECT_EQ(found(findings, name).verdict, Verdict::failed) << texts_of(findings);
  EXPECT_EQ(found(findings, takes_effect).verdict, Verdict::passed);
}

TEST_F(CheckTest, NamesAParentThatIsTakenAway) {
  const auto storage = make_directory_storage(folder_.path() / "scratch", Durability::process, files_);
  const TrainFunction good = toy::make_toy("good");
  const TrainFunction thief = [&](const Assignment& turn, TurnControl& control) {
    const Report report = good(turn, control);
    if (turn.load.path() != nullptr) std::filesystem::remove_all(*turn.load.path());
    return report;
  };
  const auto findings =
      check_trainer(toy_experiment(), [&] { return make_function_trainer(thief); }, *storage, {.steps = 1000});
  EXPECT_EQ(found(findings, "the parent checkpoint is only read").verdict, Verdict::failed) << texts_of(findings);
}

TEST_F(CheckTest, PassesTrainingThatIsDoneWhenItGoesOn) {
  const auto findings = check([](const Assignment& turn, TurnControl& control) {
    Report report;
    for (report.step = turn.from_step; report.step < turn.target_step(); ++report.step)
      if (control.stop_requested() != Stop::no) break;
    const bool done = turn.weights != Weights::none || turn.hyperparameters.real("learning_rate") > 2e-4;
    report.metrics["loss"] = done ? 0 : 1;
    report.partial = report.step < turn.target_step();
    turn.save.write("theta", "0");
    return report;
  });
  EXPECT_EQ(found(findings, takes_effect).verdict, Verdict::warned) << texts_of(findings);
  EXPECT_FALSE(any_failed(findings)) << texts_of(findings);
}

TEST_F(CheckTest, PassesTrainingThatDoesNotDependOnTheSeed) {
  const auto findings = check([](const Assignment& turn, TurnControl& control) {
    double theta = turn.weights == Weights::none ? 1 : std::stod(turn.load.read("theta"));
    std::int64_t step = turn.from_step;
    while (step < turn.target_step() && control.stop_requested() == Stop::no) {
      control.progress(turn, ++step, {});
      theta -= turn.hyperparameters.real("learning_rate") * turn.hyperparameters.real("momentum") * theta;
    }
    turn.save.write("theta", to_string(Value(theta)));
    return Report{.step = step, .metrics = {{"loss", theta}}, .partial = step < turn.target_step()};
  });
  EXPECT_EQ(found(findings, "goes on from its checkpoint").verdict, Verdict::passed);
  EXPECT_FALSE(any_failed(findings)) << texts_of(findings);
}

TEST_F(CheckTest, WarnsWhereTheMetricSaysTooLittle) {
  const TrainFunction good = toy::make_toy("good");
  const auto findings = check([&](const Assignment& turn, TurnControl& control) {
    Report report = good(turn, control);
    report.metrics["loss"] = 1;
    return report;
  });
  EXPECT_EQ(found(findings, "goes on from its checkpoint").verdict, Verdict::warned);
  EXPECT_EQ(found(findings, takes_effect).verdict, Verdict::warned);
  EXPECT_FALSE(any_failed(findings)) << texts_of(findings);
}

TEST_F(CheckTest, NamesACheckpointThatIsIgnored) {
  const TrainFunction good = toy::make_toy("good");
  const auto findings = check([&](Assignment turn, TurnControl& control) {
    const std::int64_t target = turn.target_step();
    turn.weights = Weights::none;
    turn.from_step = 0;
    turn.load = Folder();
    Report report = good(turn, control);
    report.step = target;
    return report;
  });
  EXPECT_EQ(found(findings, "goes on from its checkpoint").verdict, Verdict::failed) << texts_of(findings);
  EXPECT_THAT(found(findings, "goes on from its checkpoint").explanation, HasSubstr("the checkpoint is ignored"));
}

TEST_F(CheckTest, WarnsOfHyperparametersThatChangeNothingOrAreNeverRead) {
  Experiment experiment = toy_experiment();
  experiment.space.parameters.push_back({.name = "batch", .domain = IntegerRange{1, 8}});
  const TrainFunction good = toy::make_toy("good");
  const auto findings = check(
      [&](const Assignment& turn, TurnControl& control) {
        Report report = good(turn, control);
        report.unread = {"batch"};
        return report;
      },
      experiment);
  const Finding effect = found(findings, takes_effect);
  EXPECT_EQ(effect.verdict, Verdict::warned) << texts_of(findings);
  EXPECT_THAT(effect.explanation, HasSubstr("batch"));
  EXPECT_THAT(effect.explanation, HasSubstr("changes nothing in 1000 steps"));
  EXPECT_EQ(found(findings, "every hyperparameter is read").verdict, Verdict::warned);
}

TEST_F(CheckTest, LeavesOutMetricsThatNeverRepeat) {
  const TrainFunction good = toy::make_toy("good");
  double time = 0;
  const auto findings = check([&](const Assignment& turn, TurnControl& control) {
    Report report = good(turn, control);
    report.metrics["seconds"] = ++time;
    return report;
  });
  EXPECT_EQ(found(findings, "the same seed repeats").verdict, Verdict::warned);
  EXPECT_THAT(found(findings, "the same seed repeats").explanation, HasSubstr("seconds"));
  EXPECT_FALSE(any_failed(findings)) << texts_of(findings);
}

TEST_F(CheckTest, TakesWhatDiffersByTheToleranceForTheSame) {
  const TrainFunction good = toy::make_toy("good");
  double noise = 1;
  const TrainFunction noisy = [&](const Assignment& turn, TurnControl& control) {
    Report report = good(turn, control);
    report.metrics["loss"] *= noise += 1e-9;
    return report;
  };
  EXPECT_EQ(found(check(noisy), "the same seed repeats").verdict, Verdict::failed);
  const auto findings = check(noisy, toy_experiment(), {.steps = 1000, .tolerance = 1e-6});
  EXPECT_FALSE(any_failed(findings)) << texts_of(findings);
}

TEST_F(CheckTest, GoesOnWithOtherHyperparametersWhereTheFirstDrawDiverges) {
  const TrainFunction good = toy::make_toy("good");
  std::optional<double> first;
  const auto findings = check([&](const Assignment& turn, TurnControl& control) {
    Report report = good(turn, control);
    if (!first) first = turn.hyperparameters.real("momentum");
    if (turn.hyperparameters.real("momentum") == *first)
      report.metrics["loss"] = std::numeric_limits<double>::quiet_NaN();
    return report;
  });
  EXPECT_EQ(found(findings, "the metric is finite").verdict, Verdict::warned);
  EXPECT_FALSE(any_failed(findings)) << texts_of(findings);
}

TEST_F(CheckTest, WarnsWhereTheTrainerNeverAsksToStop) {
  struct Deaf final : TurnControl {
    void progress(const Assignment&, std::int64_t, const Metrics&) override {}
    Stop stop_requested() override { return Stop::no; }
  } deaf;
  const TrainFunction good = toy::make_toy("good");
  const auto findings = check([&](const Assignment& turn, TurnControl&) { return good(turn, deaf); });
  EXPECT_EQ(found(findings, "stops when asked").verdict, Verdict::warned);
  EXPECT_FALSE(any_failed(findings)) << texts_of(findings);
}

TEST_F(CheckTest, WarnsWhereATurnGoesMoreThanAnIntervalTooFar) {
  Experiment experiment = toy_experiment();
  experiment.interval = 1000;
  const TrainFunction good = toy::make_toy("good");
  const auto findings = check(
      [&](Assignment turn, TurnControl& control) {
        turn.steps = turn.steps + 2000;
        return good(turn, control);
      },
      experiment);
  EXPECT_EQ(found(findings, "the steps asked are the steps done").verdict, Verdict::warned) << texts_of(findings);
  EXPECT_THAT(found(findings, "the steps asked are the steps done").explanation, HasSubstr("2000 steps too far"));
}

}  // namespace
}  // namespace pbt
