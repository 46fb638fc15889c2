#include "translation/translation_trainer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <thread>

#include "common/test_turns.h"
#include "translation/checkpoint.h"
#include "translation/made_up.h"

namespace pbt::translation {
namespace {

std::shared_ptr<const Task> task() {
  static const auto shared = made_up_task();
  return shared;
}

TrainFunction trainer() { return make_translation_trainer(task(), {small_sizes(), "cpu", {}}); }

Assignment first_turn(std::int64_t steps = 20) {
  return first_turn_of(steps, {{"learning_rate", 3e-3}, {"batch_tokens", std::int64_t{128}}});
}

std::string bytes_of(const Assignment& turn) { return turn.save.read("model.tensors"); }

std::string error_of(const TrainFunction& function, const Assignment& turn) {
  try {
    train(function, turn);
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

TEST(TranslationTrainer, LearnsToTranslateALanguageExactly) {
  Assignment turn = first_turn(700);
  turn.hyperparameters = {{"learning_rate", 1e-2}, {"warmup_steps", std::int64_t{200}},
                          {"layer_dropout", 0.0},  {"attention_dropout", 0.0},
                          {"relu_dropout", 0.0},   {"label_smoothing", 0.05},
                          {"adam_beta2", 0.98},    {"batch_tokens", std::int64_t{256}}};
  ScriptedControl control;
  const Report report = make_translation_trainer(made_up_task(3000), {small_sizes(), "cpu", {}})(turn, control);
  EXPECT_GT(report.metrics.at("bleu"), 99);
  EXPECT_LT(report.metrics.at("validation_loss"), 0.2);
  EXPECT_FALSE(control.steps.empty());
  const Saved saved = load(turn.save, c10::kCPU);
  const Sentences sentence(*saved.codes, {"the big red dog."});
  for (const std::int64_t beam : {1, 4})
    EXPECT_EQ(decode_all(*saved.codes, translate(*saved.model, sentence, {beam, 0.6})).front(), "der groß rot Hund.");
}

TEST(TranslationTrainer, TakesAnUpdateAStep) {
  const Assignment turn = first_turn();
  const Report report = train(trainer(), turn);
  EXPECT_EQ(report.step, 20);
  EXPECT_FALSE(report.partial);
  EXPECT_THAT(report.metrics, testing::SizeIs(3));
  EXPECT_LT(report.metrics.at("validation_loss"), std::log(120.0));
}

TEST(TranslationTrainer, RepeatsATurnBitForBit) {
  const Assignment one = first_turn(), other = first_turn();
  EXPECT_EQ(train(trainer(), one).metrics, train(trainer(), other).metrics);
  EXPECT_TRUE(bytes_of(one) == bytes_of(other));
}

TEST(TranslationTrainer, ContinuesFromTheFolderAsFromMemory) {
  const TrainFunction function = trainer();
  const Assignment first = first_turn();
  const Report report = train(function, first);
  const Assignment resident = next_turn(first, report, Weights::resident);
  const Assignment reloaded = next_turn(first, report, Weights::folder);
  EXPECT_EQ(train(function, resident).metrics, train(trainer(), reloaded).metrics);
  EXPECT_TRUE(bytes_of(resident) == bytes_of(reloaded));
}

TEST(TranslationTrainer, TrainsInSeveralThreadsAsInOne) {
  const Assignment alone = first_turn();
  const Report expected = train(trainer(), alone);
  std::vector<Assignment> turns = {first_turn(), first_turn()};
  std::vector<Report> reports(2);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < 2; ++i) threads.emplace_back([&, i] { reports[i] = train(trainer(), turns[i]); });
  for (std::thread& thread : threads) thread.join();
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(reports[i].metrics, expected.metrics);
    EXPECT_TRUE(bytes_of(turns[i]) == bytes_of(alone));
  }
}

TEST(TranslationTrainer, PutsNewHyperparametersIntoEffectAfterALoad) {
  const Assignment first = first_turn();
  const Report report = train(trainer(), first);
  Assignment second = next_turn(first, report, Weights::folder);
  second.hyperparameters = {
      {"learning_rate", 2e-4}, {"warmup_steps", std::int64_t{7}}, {"attention_dropout", 0.3}, {"layer_dropout", 0.2},
      {"relu_dropout", 0.25},  {"label_smoothing", 0.05},         {"gradient_norm_max", 2.0}, {"adam_beta1", 0.8},
      {"adam_beta2", 0.99},    {"batch_tokens", std::int64_t{64}}};
  const Report changed = train(trainer(), second);
  ASSERT_EQ(changed.in_effect.size(), second.hyperparameters.size());
  for (const auto& [name, value] : second.hyperparameters)
    EXPECT_NEAR(changed.in_effect.real(name), second.hyperparameters.real(name), 1e-12) << name;
}

TEST(TranslationTrainer, IsChangedByEveryHyperparameter) {
  const Assignment unchanged = first_turn();
  train(trainer(), unchanged);
  for (const auto& [name, value] : Hyperparameters{{"learning_rate", 2e-3},
                                                   {"warmup_steps", std::int64_t{5}},
                                                   {"attention_dropout", 0.3},
                                                   {"layer_dropout", 0.2},
                                                   {"relu_dropout", 0.25},
                                                   {"label_smoothing", 0.05},
                                                   {"gradient_norm_max", 0.1},
                                                   {"adam_beta1", 0.8},
                                                   {"adam_beta2", 0.99},
                                                   {"batch_tokens", std::int64_t{64}}}) {
    Assignment turn = first_turn();
    turn.hyperparameters.set(name, value);
    train(trainer(), turn);
    EXPECT_FALSE(bytes_of(turn) == bytes_of(unchanged)) << name;
  }
}

TEST(TranslationTrainer, GoesOnFromWeightsThatWereBroughtIn) {
  const Assignment first = first_turn();
  train(trainer(), first);
  EXPECT_EQ(train(trainer(), imported_turn(first)).step, 20);
}

TEST(TranslationTrainer, NamesHyperparametersThatItDoesNotKnow) {
  Assignment turn = first_turn();
  turn.hyperparameters.set("momentum", 0.9);
  EXPECT_THAT(train(trainer(), turn).unread, testing::ElementsAre("momentum"));
}

TEST(TranslationTrainer, SavesAPartialTurnWhenAskedToStop) {
  const Assignment turn = first_turn(1'000'000);
  ScriptedControl control;
  control.stop = Stop::save;
  control.answers_before_stop = 3;
  const Report report = trainer()(turn, control);
  EXPECT_EQ(report.step, 3);
  EXPECT_TRUE(report.partial);
  EXPECT_TRUE(turn.save.contains("model.tensors"));
}

TEST(TranslationTrainer, ThrowsAbandonedAlsoWhileItEvaluates) {
  for (const int answers : {0, 21}) {
    const Assignment turn = first_turn();
    ScriptedControl control;
    control.stop = Stop::abandon;
    control.answers_before_stop = answers;
    EXPECT_THROW(trainer()(turn, control), Abandoned);
    EXPECT_FALSE(turn.save.contains("model.tensors"));
  }
}

TEST(TranslationTrainer, ReportsADivergedTurnAsNaN) {
  Assignment turn = first_turn();
  turn.hyperparameters.set("learning_rate", 1e30);
  const Report report = train(trainer(), turn);
  EXPECT_TRUE(std::isnan(report.metrics.at("bleu")));
  EXPECT_EQ(report.step, turn.target_step());
}

TEST(TranslationTrainer, RefusesACheckpointOfOtherSizesOrAnotherVocabulary) {
  const Assignment first = first_turn();
  const Assignment second = next_turn(first, train(trainer(), first), Weights::folder);
  Sizes wide = small_sizes();
  wide.width = 64;
  EXPECT_THAT(error_of(make_translation_trainer(task(), {wide, "cpu", {}}), second),
              testing::HasSubstr("the checkpoint's width is 32, and this trainer's is 64"));
  Sizes separate = small_sizes();
  separate.embeddings = Embeddings::separate;
  EXPECT_THAT(error_of(make_translation_trainer(task(), {separate, "cpu", {}}), second),
              testing::HasSubstr("embeddings is shared, and this trainer's is separate"));
  EXPECT_THAT(error_of(make_translation_trainer(made_up_task(400, 60), {small_sizes(), "cpu", {}}), second),
              testing::HasSubstr("the checkpoint's vocabulary is one of"));
}

TEST(TranslationTrainer, RefusesSettingsThatCannotBeBeforeAnyTurn) {
  EXPECT_THROW((void)make_translation_trainer(task(), {small_sizes(), "cuda:99", {}}), std::invalid_argument);
  EXPECT_THROW((void)make_translation_trainer(task(), {small_sizes(), "cpu", {0, 0.6}}), std::invalid_argument);
  EXPECT_THROW((void)make_translation_trainer(task(), {{33, 1, 2, 64}, "cpu", {}}), std::invalid_argument);
}

TEST(RateFactor, RisesOverTheWarmUpAndFallsByTheInverseSquareRoot) {
  EXPECT_DOUBLE_EQ(rate_factor(1, 100), 0.01);
  EXPECT_DOUBLE_EQ(rate_factor(100, 100), 1);
  EXPECT_DOUBLE_EQ(rate_factor(400, 100), 0.5);
  EXPECT_DOUBLE_EQ(rate_factor(12'345, 0), 1);
}

}  // namespace
}  // namespace pbt::translation
