#include "view/text_views.h"

#include <gtest/gtest.h>

#include "view/record_fixture.h"

namespace pbt {
namespace {

TEST(StatusText, ShowsTheRunAndItsMembersIn80Columns) {
  FakeRecord record = small_record();
  Member& training = record.population_now().members[0];
  training.worker = "host-1-0";
  training.lease_until_ms = 30'000;
  const Experiment experiment = small_experiment();
  EXPECT_EQ(status_text(experiment, overview(experiment, record), 10'000, {80, false}),
            "lander: running; best accuracy 0.875 at step 200 (m1.t2)\n"
            "5 turns, 500 of 1,200 steps (41 %), 250 steps/s, about 3 s left\n"
            "\n"
            "member  state     turn  step  accuracy  trend  batch  optimizer.lr  copied\n"
            "     0  training     2   200      0.75  ▁█        32          0.01\n"
            "     1  ready        2   200     0.875  ▁█        32        0.0125\n"
            "     2  ready        1   200     0.875  ▁█        64          0.01  m1.t2\n"
            "(no room for: worker, lease)\n");
}

TEST(StatusText, ShowsTheWorkersWhereThereIsRoom) {
  FakeRecord record = small_record();
  Member& training = record.population_now().members[0];
  training.worker = "host-1-0";
  training.lease_until_ms = 30'000;
  const Experiment experiment = small_experiment();
  const std::string text = status_text(experiment, overview(experiment, record), 10'000, {120, false});
  EXPECT_NE(text.find("host-1-0   20 s\n"), std::string::npos) << text;
}

TEST(WorkersText, SaysWhoTrainsWhatAndWhoIsIdle) {
  Overview look;
  look.workers = {{.worker = "host-1-0",
                   .members = {0, 3},
                   .lease_until_ms = 30'000,
                   .turns = 4,
                   .steps_per_second = 50,
                   .trained_ms = 8'000,
                   .last_ended_ms = 18'000,
                   .since_ms = 10'000},
                  {.worker = "host-2-0",
                   .members = {},
                   .lease_until_ms = 0,
                   .turns = 1,
                   .steps_per_second = 100,
                   .trained_ms = 1'000,
                   .last_ended_ms = 11'000,
                   .since_ms = 10'000}};
  EXPECT_EQ(workers_text(look, 20'000, {80, false}),
            "worker    trains  lease  turns  steps/s   busy  idle\n"
            "host-1-0  0, 3     10 s      4       50  100 %\n"
            "host-2-0                     1      100   10 %   9 s\n");
}

TEST(WorkersText, IsEmptyBeforeAnybodyCame) {
  EXPECT_EQ(workers_text(overview(small_experiment(), FakeRecord(2)), 0, {80, false}), "");
}

TEST(ProgressLine, SaysItAllOnOneLine) {
  const Experiment experiment = small_experiment();
  EXPECT_EQ(progress_line(experiment, overview(experiment, small_record())),
            "lander: running; best accuracy 0.875 at step 200 (m1.t2); 5 turns, 500 of 1,200 steps (41 %), 250 "
            "steps/s, about 3 s left");
}

TEST(BestText, NamesTheTurnItsValuesAndItsFolder) {
  EXPECT_EQ(best_text(small_experiment(), *small_record().population(0).best, "/runs/lander/checkpoints/m1.t2.f2"),
            "accuracy 0.875\n"
            "step 200, member 1, turn 2\n"
            "  batch = 32\n"
            "  layers = 2\n"
            "  optimizer.lr = 0.0125\n"
            "checkpoint /runs/lander/checkpoints/m1.t2.f2\n");
}

TEST(ScheduleText, HasARowForEachStretchOfSteps) {
  const auto rows = schedule(lineage(small_record(), {1, 2}));
  EXPECT_EQ(schedule_text(small_experiment(), rows, {80, false}),
            "from step  to step  batch  optimizer.lr  accuracy  turns\n"
            "        0      100     32          0.01       0.5  m0.t1\n"
            "      100      200     32        0.0125     0.875  m1.t2\n");
}

TEST(LineageText, DrawsTheBranchesOnWhichSomebodyStands) {
  const FakeRecord record = small_record();
  const auto tree = family_tree(all_turns(record), record.population(0));
  EXPECT_EQ(lineage_text(small_experiment(), tree, DeadEnds::hidden),
            "m0.t1  steps 0 to 100  accuracy 0.5\n"
            "├─ m0.t2  steps 100 to 200  accuracy 0.75\n"
            "└─ m1.t2 from m0.t1  steps 100 to 200  accuracy 0.875  (best)\n"
            "(dead ends left out: 2; --all shows them)\n");
}

TEST(LineageText, DoesNotIndentALineageThatDoesNotFork) {
  const Hyperparameters values = small_values(0.01, 32);
  FakeRecord record(2);
  record.add(small_turn({0, 1}, {}, 0, 0.5, values));
  record.add(small_turn({1, 1}, {}, 0, 0.25, values));
  record.decide(small_decision(1, 1, DecisionKind::copy, TurnKey{0, 1}, values));
  record.add(small_turn({0, 2}, TurnKey{0, 1}, 100, 0.5, values));
  record.add(small_turn({1, 2}, TurnKey{0, 1}, 100, 0.75, values));
  record.decide(small_decision(0, 2, DecisionKind::copy, TurnKey{1, 2}, values));
  EXPECT_EQ(lineage_text(small_experiment(), family_tree(all_turns(record), record.population(0)), DeadEnds::hidden),
            "m0.t1  steps 0 to 100  accuracy 0.5\n"
            "m1.t2 from m0.t1  steps 100 to 200  accuracy 0.75  (best)\n"
            "(dead ends left out: 2; --all shows them)\n");
}

TEST(LineageText, DrawsDeadEndsWhenAsked) {
  const FakeRecord record = small_record();
  const auto tree = family_tree(all_turns(record), record.population(0));
  EXPECT_EQ(lineage_text(small_experiment(), tree, DeadEnds::shown),
            "m0.t1  steps 0 to 100  accuracy 0.5\n"
            "├─ m0.t2  steps 100 to 200  accuracy 0.75\n"
            "└─ m1.t2 from m0.t1  steps 100 to 200  accuracy 0.875  (best)\n"
            "m1.t1  steps 0 to 100  accuracy 0.25  (ended)\n"
            "m2.t1  steps 0 to 100  accuracy diverged  (ended)\n");
}

TEST(TurnsText, HasALineForEachTurn) {
  const FakeRecord record = small_record();
  EXPECT_EQ(turns_text(small_experiment(), all_turns(record), decisions_by_turn(all_decisions(record)), {80, false}),
            "turn   parent  from step  to step  accuracy  decision    batch  optimizer.lr\n"
            "m0.t1                  0      100       0.5  continue       32          0.01\n"
            "m1.t1                  0      100      0.25  copy m0.t1     64           0.1\n"
            "m0.t2  m0.t1         100      200      0.75  continue       32          0.01\n"
            "m1.t2  m0.t1         100      200     0.875  continue       32        0.0125\n"
            "m2.t1                  0      100  diverged  copy m1.t2     64           0.1\n"
            "(no room for: seconds, worker)\n");
}

}  // namespace
}  // namespace pbt
