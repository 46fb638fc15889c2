// The trainer's contract, with every body, and what it refuses.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/test_turns.h"
#include "rl/rl_trainer.h"
#include "rl/toys.h"

namespace pbt {
namespace {

Assignment unrolled_turn(std::int64_t steps = 512) { return first_turn_of(steps, {{"unroll", std::int64_t{64}}}); }

rl::Options small(rl::Body body) {
  rl::Options options;
  options.environment.name = "Pendulum-v1";
  options.environment.frame_stack = 2;
  options.environments = 4;
  if (body == rl::Body::conv) options.make = rl::toys::make<rl::toys::Dictionary>;  // which has an image
  options.body = body;
  options.width = 8;
  options.device = "cpu";
  options.normalise_observations = true;
  options.normalise_rewards = true;
  options.evaluation_episodes = 3;
  return options;
}

TEST(RlTrainer, ContinuesWithEveryBodyAndItsNormalisersFromTheFolderAsFromMemory) {
  for (const rl::Body body : {rl::Body::mlp, rl::Body::conv, rl::Body::recurrent, rl::Body::feudal}) {
    const TrainFunction trainer = make_rl_trainer(small(body));
    const Assignment first = unrolled_turn();
    const Report report = train(trainer, first);
    const Assignment resident = next_turn(first, report, Weights::resident);
    const Assignment reloaded = next_turn(first, report, Weights::folder);
    const Report from_memory = train(trainer, resident);
    const Report from_folder = train(make_rl_trainer(small(body)), reloaded);
    EXPECT_EQ(from_memory.samples, from_folder.samples) << to_string(body);
    EXPECT_EQ(from_memory.metrics, from_folder.metrics) << to_string(body);
    EXPECT_TRUE(resident.save.read("model.safetensors") == reloaded.save.read("model.safetensors")) << to_string(body);
  }
}

std::string refusal(const TrainFunction& trainer, const Assignment& turn) {
  try {
    train(trainer, turn);
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

TEST(RlTrainer, RefusesACheckpointOfAnotherEnvironmentBodyOrSize) {
  const Assignment first = unrolled_turn(256);
  const Report report = train(make_rl_trainer(small(rl::Body::mlp)), first);
  const Assignment second = next_turn(first, report, Weights::folder);
  rl::Options other = small(rl::Body::mlp);
  other.environment.name = "MountainCarContinuous-v0";
  EXPECT_THAT(refusal(make_rl_trainer(other), second),
              testing::HasSubstr("the checkpoint was trained with environment \"Pendulum-v1\", and this trainer has "
                                 "\"MountainCarContinuous-v0\": give the trainer the same flags"));
  EXPECT_THAT(refusal(make_rl_trainer(small(rl::Body::recurrent)), second), testing::HasSubstr("body \"mlp\""));
  other = small(rl::Body::mlp);
  other.width = 9;
  EXPECT_THAT(refusal(make_rl_trainer(other), second), testing::HasSubstr("width \"8\""));
}

TEST(RlTrainer, RefusesWhatCannotWorkBeforeItTrains) {
  const Assignment turn = unrolled_turn();
  rl::Options blind = small(rl::Body::mlp);
  blind.body = rl::Body::conv;
  EXPECT_THAT(refusal(make_rl_trainer(blind), turn), testing::HasSubstr("a conv body needs an image"));
  rl::Options options;
  options.environment.name = "LunarLander-v2";
  EXPECT_THAT(refusal(make_rl_trainer(options), turn), testing::HasSubstr("did you mean \"LunarLander-v3\"?"));
  Assignment brief = turn;
  brief.hyperparameters.set("unroll", std::int64_t{10});
  EXPECT_THAT(refusal(make_rl_trainer(small(rl::Body::feudal)), brief), testing::HasSubstr("10 steps ahead"));
}

}  // namespace
}  // namespace pbt
