#include "rl/rl_trainer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "common/test_turns.h"
#include "rl/config.h"

namespace pbt {
namespace {

TrainFunction lander() { return make_rl_trainer({}); }

Assignment first_turn(std::int64_t steps = 4096) {
  return first_turn_of(steps, {{"learning_rate", 1e-3}, {"unroll", std::int64_t{64}}});
}

TEST(RlTrainer, TrainsTheStepsThatItIsAskedFor) {
  const Assignment turn = first_turn(3000);
  const Report report = train(lander(), turn);
  EXPECT_EQ(report.step, 3072) << "3 updates of 16 * 64 steps";
  EXPECT_FALSE(report.partial);
  EXPECT_EQ(report.samples.size(), 20U);
  EXPECT_EQ(report.metrics.at("episode_return"),
            std::accumulate(report.samples.begin(), report.samples.end(), 0.0) / 20);
  EXPECT_TRUE(turn.save.contains("model.safetensors"));
}

TEST(RlTrainer, RepeatsATurnBitForBit) {
  const Assignment one = first_turn();
  const Assignment other = first_turn();
  const Report report = train(lander(), one);
  EXPECT_EQ(train(lander(), other).metrics, report.metrics);
  EXPECT_TRUE(other.save.read("model.safetensors") == one.save.read("model.safetensors"));
}

TEST(RlTrainer, ContinuesFromTheFolderAsFromMemory) {
  const TrainFunction trainer = lander();
  const Assignment first = first_turn();
  const Report report = train(trainer, first);
  const Assignment resident = next_turn(first, report, Weights::resident);
  const Assignment reloaded = next_turn(first, report, Weights::folder);
  const Report from_memory = train(trainer, resident);
  const Report from_folder = train(lander(), reloaded);
  EXPECT_EQ(from_memory.samples, from_folder.samples);
  EXPECT_EQ(from_memory.metrics, from_folder.metrics);
  EXPECT_TRUE(resident.save.read("model.safetensors") == reloaded.save.read("model.safetensors"));
}

TEST(RlTrainer, LoadsTheFolderWhenItHoldsAnotherTurnsWeights) {
  const TrainFunction trainer = lander();
  const Assignment first = first_turn();
  const Report report = train(trainer, first);
  Assignment unrelated = first_turn(1024);
  unrelated.id = "m1.t1.f3";
  train(trainer, unrelated);
  EXPECT_EQ(train(trainer, next_turn(first, report, Weights::resident)).step, report.step + 4096);
}

TEST(RlTrainer, PutsNewHyperparametersIntoEffectAfterALoad) {
  const Assignment first = first_turn(1024);
  const Report report = train(lander(), first);
  Assignment second = next_turn(first, report, Weights::folder);
  second.hyperparameters = {{"learning_rate", 2e-4},    {"entropy_cost", 0.002},     {"clip_range", 0.1},
                            {"discount", 0.98},         {"gae_lambda", 0.9},         {"unroll", std::int64_t{32}},
                            {"value_cost", 0.25},       {"epochs", std::int64_t{2}}, {"minibatch", std::int64_t{64}},
                            {"gradient_norm_max", 1.0}, {"reward_scale", 0.1}};
  ASSERT_EQ(second.hyperparameters.size(), rl::fields_of(rl::Body::mlp).size());
  EXPECT_EQ(train(lander(), second).in_effect, second.hyperparameters);
}

TEST(RlTrainer, RefusesWeightsOfAnotherAge) {
  const Assignment first = first_turn(1024);
  const Report report = train(lander(), first);
  Assignment second = next_turn(first, report, Weights::folder);
  second.from_step += 1;
  EXPECT_THROW(train(lander(), second), std::runtime_error);
}

TEST(RlTrainer, GoesOnFromWeightsThatWereBroughtIn) {
  const Assignment first = first_turn(1024);
  train(lander(), first);
  EXPECT_EQ(train(lander(), imported_turn(first)).step, 1024);
}

TEST(RlTrainer, NamesHyperparametersThatItDoesNotKnow) {
  Assignment turn = first_turn(1024);
  turn.hyperparameters.set("batch", std::int64_t{32});
  turn.hyperparameters.set("intrinsic_cost", 0.1);  // which feudal bodies alone have
  const Report report = train(lander(), turn);
  EXPECT_THAT(report.unread, testing::ElementsAre("batch", "intrinsic_cost"));
  EXPECT_FALSE(report.in_effect.contains("intrinsic_cost"));
}

TEST(RlTrainer, RefusesAHyperparameterThatPpoCannotUse) {
  Assignment turn = first_turn();
  turn.hyperparameters.set("discount", 1.5);
  EXPECT_THROW(train(lander(), turn), std::invalid_argument);
  turn.hyperparameters.set("discount", 0.99);
  turn.hyperparameters.set("learning_rate", std::numeric_limits<double>::infinity());
  EXPECT_THROW(train(lander(), turn), std::invalid_argument);
}

TEST(RlTrainer, SavesAPartialTurnWhenAskedToStop) {
  const Assignment turn = first_turn(1'000'000);
  ScriptedControl control;
  control.stop = Stop::save;
  control.answers_before_stop = 2 * (64 + 4 * 2) + 10;  // it is asked at each step and minibatch
  const Report report = lander()(turn, control);
  EXPECT_EQ(report.step, 2 * 1024);
  EXPECT_TRUE(report.partial);
  EXPECT_EQ(report.samples.size(), 1U) << "a turn cut short is compared with none";
  EXPECT_TRUE(turn.save.contains("model.safetensors"));
}

TEST(RlTrainer, LearnsFromAllThatItCountsWhenAskedToStopInTheLastUpdate) {
  const Assignment whole = first_turn(2048);
  const Assignment stopped = first_turn(2048);
  train(lander(), whole);
  ScriptedControl control;
  control.stop = Stop::save;
  control.answers_before_stop = (64 + 4 * 2) + 64 + 3;
  EXPECT_FALSE(lander()(stopped, control).partial);
  EXPECT_TRUE(stopped.save.read("model.safetensors") == whole.save.read("model.safetensors"));
}

TEST(RlTrainer, ReportsProgressAfterEachUpdate) {
  ScriptedControl control;
  (void)lander()(first_turn(3000), control);
  EXPECT_THAT(control.steps, testing::ElementsAre(1024, 2048, 3072));
}

TEST(RlTrainer, ThrowsAbandonedAndSavesNothingWhenAskedTo) {
  const Assignment turn = first_turn(1'000'000);
  ScriptedControl control;
  control.stop = Stop::abandon;
  EXPECT_THROW(lander()(turn, control), Abandoned);
  EXPECT_FALSE(turn.save.contains("model.safetensors"));
}

TEST(RlTrainer, ReportsADivergedTurnAsNaN) {
  Assignment turn = first_turn();
  turn.hyperparameters.set("learning_rate", 1e30);
  const Report report = train(lander(), turn);
  EXPECT_TRUE(std::isnan(report.metrics.at("episode_return")));
  EXPECT_GE(report.step, turn.target_step());
}

TEST(RlTrainer, ExaminesACheckpointOnEpisodesOfItsOwn) {
  const Assignment turn = first_turn(1024);
  const Report report = train(lander(), turn);
  const auto returns = examine_agent(turn.save, {}, 20, static_cast<std::uint64_t>(turn.seed));
  EXPECT_EQ(returns, examine_agent(turn.save, {}, 20, static_cast<std::uint64_t>(turn.seed)));
  EXPECT_NE(returns, report.samples);
}

TEST(RlTrainer, LearnsInAFewThousandSteps) {
  Assignment turn = first_turn(40'000);
  turn.hyperparameters.set("discount", 0.99);
  ScriptedControl control;
  const Report report = lander()(turn, control);
  EXPECT_FALSE(control.steps.empty());
  EXPECT_GT(report.metrics.at("training_return"), -180) << "a policy at random earns -194 (lunar_lander_test.cc)";
  EXPECT_LT(report.metrics.at("entropy"), 1.35);
}

}  // namespace
}  // namespace pbt
