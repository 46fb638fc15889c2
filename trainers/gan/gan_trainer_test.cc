#include "gan/gan_trainer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "common/test_turns.h"
#include "gan/made_data.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/what_is_said.h"

namespace pbt {
namespace {

using testing::HasSubstr;

Assignment first_turn(std::int64_t steps = 3) { return first_turn_of(steps, {{"batch", std::int64_t{4}}}); }

/// A made data set with a classifier of it, and trainers on it.
class GanTrainer : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    scratch_ = std::make_unique<ScratchFolder>();
    gan::make_fashion_mnist(scratch_->path(), 100);
    gan::make_classifier(scratch_->path());
  }
  static void TearDownTestSuite() { scratch_.reset(); }

  [[nodiscard]] static GanOptions options() {
    GanOptions options;
    options.data = options.classifier = scratch_->path();
    options.device = "cpu";
    options.width = 4;
    options.latent = 8;
    options.score_samples = 40;
    return options;
  }
  [[nodiscard]] static TrainFunction make(const GanOptions& with = options()) {
    return make_gan_trainer(gan::make_setting(with));
  }

  static std::unique_ptr<ScratchFolder> scratch_;
};
std::unique_ptr<ScratchFolder> GanTrainer::scratch_;

TEST_F(GanTrainer, TrainsTheStepsThatItIsAskedFor) {
  const Assignment turn = first_turn();
  const Report report = train(make(), turn);
  EXPECT_EQ(report.step, 3);
  EXPECT_FALSE(report.partial);
  ASSERT_EQ(report.samples.size(), 10U);
  EXPECT_EQ(report.metrics.at("inception_score"),
            std::accumulate(report.samples.begin(), report.samples.end(), 0.0) / 10);
  EXPECT_GE(report.metrics.at("inception_score"), 1);
  EXPECT_GT(report.metrics.at("frechet_distance"), 0);
  EXPECT_TRUE(turn.save.contains("gan.safetensors"));
  EXPECT_THAT(turn.save.read("samples.png"), HasSubstr("PNG"));
}

TEST_F(GanTrainer, RepeatsATurnBitForBit) {
  for (const bool spectral_norm : {false, true}) {
    GanOptions with = options();
    with.spectral_norm = spectral_norm;
    const Assignment one = first_turn();
    const Assignment other = first_turn();
    const Report report = train(make(with), one);
    EXPECT_EQ(train(make(with), other).metrics, report.metrics);
    EXPECT_TRUE(other.save.read("gan.safetensors") == one.save.read("gan.safetensors"));
    EXPECT_TRUE(other.save.read("samples.png") == one.save.read("samples.png"));
  }
}

TEST_F(GanTrainer, ContinuesFromTheFolderAsFromMemory) {
  for (const bool spectral_norm : {false, true}) {
    GanOptions with = options();
    with.spectral_norm = spectral_norm;
    const TrainFunction trainer = make(with);
    const Assignment first = first_turn();
    const Report report = train(trainer, first);
    const Assignment resident = next_turn(first, report, Weights::resident);
    const Assignment reloaded = next_turn(first, report, Weights::folder);
    EXPECT_EQ(train(trainer, resident).metrics, train(make(with), reloaded).metrics);
    EXPECT_TRUE(resident.save.read("gan.safetensors") == reloaded.save.read("gan.safetensors"));
  }
}

TEST_F(GanTrainer, PutsNewHyperparametersIntoEffectAfterALoad) {
  const Assignment first = first_turn();
  const Report report = train(make(), first);
  Assignment second = next_turn(first, report, Weights::folder);
  second.hyperparameters = {{"generator_learning_rate", 3e-4},
                            {"discriminator_learning_rate", 5e-5},
                            {"beta1", 0.25},
                            {"beta2", 0.99},
                            {"real_target", 0.9},
                            {"batch", std::int64_t{6}},
                            {"discriminator_updates", std::int64_t{2}}};
  EXPECT_EQ(train(make(), second).in_effect, second.hyperparameters);
}

TEST_F(GanTrainer, TrainsOtherwiseWithEachOtherHyperparameter) {
  const TrainFunction trainer = make();
  const Assignment usual = first_turn();
  train(trainer, usual);
  const std::vector<Hyperparameters::Map::value_type> others = {{"generator_learning_rate", 3e-4},
                                                                {"discriminator_learning_rate", 5e-5},
                                                                {"beta1", 0.25},
                                                                {"beta2", 0.99},
                                                                {"real_target", 0.9},
                                                                {"batch", std::int64_t{6}},
                                                                {"discriminator_updates", std::int64_t{2}}};
  for (const auto& [name, value] : others) {
    Assignment turn = first_turn();
    turn.hyperparameters.set(name, value);
    train(trainer, turn);
    EXPECT_FALSE(turn.save.read("gan.safetensors") == usual.save.read("gan.safetensors")) << name;
  }
}

TEST_F(GanTrainer, NamesHyperparametersThatItDoesNotKnow) {
  Assignment turn = first_turn(1);
  turn.hyperparameters.set("learning_rate", 1e-3);
  EXPECT_THAT(train(make(), turn).unread, testing::ElementsAre("learning_rate"));
}

TEST_F(GanTrainer, RefusesAHyperparameterOutsideItsRange) {
  Assignment turn = first_turn();
  turn.hyperparameters.set("beta1", 1.0);
  EXPECT_THAT(what_is_said<std::invalid_argument>([&] { train(make(), turn); }), HasSubstr("beta1 is 1"));
}

TEST_F(GanTrainer, GoesOnFromWeightsThatWereBroughtIn) {
  const Assignment first = first_turn(2);
  train(make(), first);
  EXPECT_EQ(train(make(), imported_turn(first)).step, 2);
}

TEST_F(GanTrainer, TakesItsFlagsWhereAnExperimentSaysNothing) {
  Assignment turn = first_turn(1);
  turn.hyperparameters = {{"generator_learning_rate", 3e-4}};
  gan::Config flags;
  flags.batch = 24;
  const Report report = train(make_gan_trainer(gan::make_setting(options(), flags)), turn);
  EXPECT_EQ(report.in_effect.integer("batch"), 24);
  EXPECT_EQ(report.in_effect.real("generator_learning_rate"), 3e-4);
}

TEST_F(GanTrainer, RefusesACheckpointOfOtherSizes) {
  const Assignment first = first_turn(1);
  const Report report = train(make(), first);
  GanOptions wider = options();
  wider.width = 5;
  const Assignment second = next_turn(first, report, Weights::folder);
  EXPECT_THAT(what_is_said<std::runtime_error>([&] { train(make(wider), second); }),
              HasSubstr("trained with --width 4, and this trainer runs with 5"));
  GanOptions spectral = options();
  spectral.spectral_norm = true;
  EXPECT_THAT(what_is_said<std::runtime_error>([&] { train(make(spectral), second); }),
              HasSubstr("was trained without --spectral-norm: start this trainer without it"));
}

TEST_F(GanTrainer, SavesAPartialTurnWhenAskedToStop) {
  const Assignment turn = first_turn(1'000'000);
  ScriptedControl control;
  control.stop = Stop::save;
  control.answers_before_stop = 12;  // six a step: one before it, and one an update of the discriminator
  const Report report = make()(turn, control);
  EXPECT_EQ(report.step, 2);
  EXPECT_TRUE(report.partial);
  EXPECT_TRUE(turn.save.contains("gan.safetensors"));
}

TEST_F(GanTrainer, ThrowsAbandonedAndSavesNothingWhenAskedTo) {
  for (const int answers : {0, 3, 18}) {  // before a step, between its updates, in evaluation
    const Assignment turn = first_turn();
    ScriptedControl control;
    control.stop = Stop::abandon;
    control.answers_before_stop = answers;
    EXPECT_THROW(make()(turn, control), Abandoned);
    EXPECT_FALSE(turn.save.contains("gan.safetensors"));
  }
}

TEST_F(GanTrainer, ReportsADivergedTurnAsNaN) {
  Assignment turn = first_turn();
  turn.hyperparameters.set("discriminator_learning_rate", 1e30);
  const Report report = train(make(), turn);
  EXPECT_TRUE(std::isnan(report.metrics.at("inception_score")));
  EXPECT_TRUE(report.samples.empty());
  EXPECT_EQ(report.step, turn.target_step());
}

TEST_F(GanTrainer, SaysHowFarItIs) {
  ScriptedControl control;
  make()(first_turn(20), control);
  EXPECT_THAT(control.steps, testing::ElementsAre(10, 20));
}

TEST_F(GanTrainer, ExaminesACheckpointOnImagesThatNoTurnScored) {
  const Assignment turn = first_turn();
  const Report report = train(make(), turn);
  const auto picture = scratch_->path() / "picture.png";
  const auto quality = gan::examine_gan(turn.save, options(), 11, picture);
  EXPECT_EQ(quality.inception_scores, gan::examine_gan(turn.save, options(), 11, "").inception_scores);
  EXPECT_NE(quality.inception_scores, report.samples);
  EXPECT_THAT(gan::read_file(picture), HasSubstr("PNG"));
}

}  // namespace
}  // namespace pbt
