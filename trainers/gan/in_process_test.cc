#include <gtest/gtest.h>

#include <map>

#include "gan/gan_trainer.h"
#include "gan/made_data.h"
#include "pbt/pbt.h"
#include "tests/support/scratch_folder.h"

namespace pbt {
namespace {

Experiment small_experiment() {
  Experiment experiment;
  experiment.name = "gan";
  experiment.population = 4;
  experiment.budget.steps = 4;
  experiment.interval = 2;
  experiment.seed = 5;
  experiment.synchronous = true;
  experiment.objective = {"inception_score", Mode::maximize};
  experiment.space.parameters = {{.name = "generator_learning_rate", .domain = RealRange{1e-4, 1e-2, Scale::log}},
                                 {.name = "discriminator_learning_rate", .domain = RealRange{1e-4, 1e-2, Scale::log}},
                                 {.name = "batch", .domain = IntegerRange{4, 8}}};
  return experiment;
}

/// The scores by member and turn of a population that `workers` threads train.
std::map<std::pair<int, int>, double> scores_with(int workers, const std::shared_ptr<const gan::Setting>& setting) {
  const auto train = [&setting](const Assignment& turn, TurnControl& control) {
    thread_local const TrainFunction own = make_gan_trainer(setting);
    return own(turn, control);
  };
  std::map<std::pair<int, int>, double> scores;
  for (const auto& turn : run(small_experiment(), train, {.workers = workers, .resident_max = 1}).turns())
    scores[{turn->key.member, turn->key.index}] = turn->score;
  return scores;
}

TEST(GanInProcess, TrainsAPopulationInTwoThreadsAsInOne) {
  const ScratchFolder scratch;
  gan::make_fashion_mnist(scratch.path(), 100);
  gan::make_classifier(scratch.path());
  GanOptions options;
  options.data = options.classifier = scratch.path();
  options.device = "cpu";
  options.width = 4;
  options.latent = 8;
  options.score_samples = 20;
  const auto setting = gan::make_setting(options);
  const auto scores = scores_with(1, setting);
  EXPECT_EQ(scores.size(), 8U);
  EXPECT_EQ(scores_with(2, setting), scores);
}

}  // namespace
}  // namespace pbt
