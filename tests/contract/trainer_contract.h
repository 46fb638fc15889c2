#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "pbt/trainer.h"
#include "tests/contract/trainer_fixture.h"
#include "tests/faulty_trainers/toy.h"

namespace pbt {

/// A kind of trainer, around the toy of tests/faulty_trainers.
struct TrainerUnderTest {
  std::string name;
  /// `fault`: as toy.h has them. `logs` exists.
  std::function<std::unique_ptr<Trainer>(const std::string& fault, const std::filesystem::path& logs)> make;
};

/// What every kind of trainer does, whatever is behind it.
class TrainerContract : public testing::TestWithParam<TrainerUnderTest> {
 protected:
  std::unique_ptr<Trainer> make(const std::string& fault = "good") { return GetParam().make(fault, folder_.path()); }

  /// The first turn of `member`.
  Assignment first(int member, std::int64_t steps = 100) {
    Assignment turn;
    turn.id = "m" + std::to_string(member) + ".t1.f" + std::to_string(++fence_);
    turn.member = member;
    turn.seed = 17 + member;
    turn.hyperparameters = {{"learning_rate", 0.01}, {"momentum", 0.5}};
    turn.steps = steps;
    turn.save = new_folder(turn.id);
    return turn;
  }
  /// What goes on from `parent`.
  Assignment next(const Assignment& parent, Weights weights) {
    Assignment turn = parent;
    turn.index = parent.index + 1;
    turn.id = "m" + std::to_string(turn.member) + ".t" + std::to_string(turn.index) + ".f" + std::to_string(++fence_);
    turn.seed = parent.seed + 1;
    turn.from_step = parent.target_step();
    turn.weights = weights;
    turn.parent = parent.id;
    turn.load = parent.save;
    turn.save = new_folder(turn.id);
    return turn;
  }
  /// What the bare function makes of a turn, with its checkpoint in memory.
  Report expected(Assignment turn) {
    turn.save = Folder(std::make_shared<Folder::Files>());
    TestControl control;
    return toy::make_toy("good")(turn, control);
  }
  Outcome train(Trainer& trainer, const Assignment& turn, Stop stop = Stop::no) {
    TestControl control(stop, folder_.path() / ("member-" + std::to_string(turn.member) + ".log"));
    auto outcomes = trainer.train({turn}, control);
    EXPECT_EQ(outcomes.size(), 1U);
    return outcomes.at(0);
  }
  static Report report(const Outcome& outcome) {
    const auto* failure = std::get_if<TrainerFailure>(&outcome);
    EXPECT_EQ(failure, nullptr) << failure->message << '\n' << failure->log_tail;
    return failure == nullptr ? std::get<Report>(outcome) : Report{};
  }
  static TrainerFailure failure(const Outcome& outcome) {
    EXPECT_TRUE(std::holds_alternative<TrainerFailure>(outcome));
    const auto* failure = std::get_if<TrainerFailure>(&outcome);
    return failure != nullptr ? *failure : TrainerFailure{};
  }

 private:
  Folder new_folder(const std::string& id) {
    const auto path = folder_.path() / "checkpoints" / id;
    std::filesystem::create_directories(path);
    return Folder(path);
  }

  ScratchFolder folder_;
  int fence_ = 0;
};

TEST_P(TrainerContract, TrainsTheStepsThatAreAskedAndSavesACheckpoint) {
  const auto trainer = make();
  const Assignment turn = first(0);
  const Report got = report(train(*trainer, turn));
  EXPECT_EQ(got.step, 100);
  EXPECT_FALSE(got.partial);
  EXPECT_EQ(got.metrics, expected(turn).metrics);
  EXPECT_EQ(got.in_effect, turn.hyperparameters);
  EXPECT_TRUE(turn.save.contains("model.txt"));
}

TEST_P(TrainerContract, GoesOnFromACheckpointWithNewHyperparameters) {
  const auto trainer = make();
  const Assignment parent = first(0);
  ASSERT_EQ(report(train(*trainer, parent)).step, 100);
  Assignment turn = next(parent, Weights::folder);
  turn.hyperparameters.set("learning_rate", 0.02);
  const Report got = report(train(*trainer, turn));
  EXPECT_EQ(got.step, 200);
  EXPECT_EQ(got.metrics, expected(turn).metrics);
  EXPECT_EQ(got.in_effect.real("learning_rate"), 0.02);
}

TEST_P(TrainerContract, GivesTheSameFromResidentWeightsAsFromTheirFolder) {
  const auto trainer = make();
  const Assignment parent = first(0);
  ASSERT_EQ(report(train(*trainer, parent)).step, 100);
  EXPECT_THAT(trainer->resident(), testing::AnyOf(testing::IsEmpty(), testing::ElementsAre(parent.id)));
  // A trainer that has no resident weights takes the folder.
  const Assignment turn = next(parent, Weights::resident);
  Assignment reloaded = turn;
  reloaded.weights = Weights::folder;
  EXPECT_EQ(report(train(*trainer, turn)).metrics, expected(reloaded).metrics);
}

TEST_P(TrainerContract, TrainsMembersInTurnAsItWouldEachAlone) {
  const auto trainer = make();
  const Assignment a = first(0);
  const Assignment b = first(1);
  EXPECT_EQ(report(train(*trainer, a)).metrics, expected(a).metrics);
  EXPECT_EQ(report(train(*trainer, b)).metrics, expected(b).metrics);
  const Assignment a2 = next(a, Weights::folder);
  const Assignment b2 = next(b, Weights::folder);
  EXPECT_EQ(report(train(*trainer, a2)).metrics, expected(a2).metrics);
  EXPECT_EQ(report(train(*trainer, b2)).metrics, expected(b2).metrics);
}

TEST_P(TrainerContract, ForgetsResidentWeightsWhenTheyAreDropped) {
  const auto trainer = make();
  const Assignment parent = first(0);
  ASSERT_EQ(report(train(*trainer, parent)).step, 100);
  trainer->drop({"m9.t9.f9", parent.id});
  EXPECT_TRUE(trainer->resident().empty());
  EXPECT_EQ(report(train(*trainer, next(parent, Weights::folder))).step, 200);
}

TEST_P(TrainerContract, ReportsDivergenceAsAResult) {
  const auto trainer = make("nan");
  EXPECT_TRUE(std::isnan(report(train(*trainer, first(0))).metrics.at("loss")));
}

TEST_P(TrainerContract, AnswersAFailureAndTrainsTheNextTurn) {
  const auto trainer = make("fails");
  EXPECT_FALSE(failure(train(*trainer, first(0))).message.empty());
  EXPECT_TRUE(trainer->resident().empty());
  EXPECT_FALSE(failure(train(*trainer, first(0))).message.empty());
}

TEST_P(TrainerContract, FailsATurnThatFallsShortOfItsSteps) {
  const auto trainer = make("too_few_steps");
  const TrainerFailure got = failure(train(*trainer, first(0)));
  EXPECT_EQ(got.kind, FailureKind::too_few_steps);
  EXPECT_THAT(got.message, testing::HasSubstr("stopped at step 99"));
  EXPECT_TRUE(trainer->resident().empty());
}

TEST_P(TrainerContract, SavesEarlyWhenItIsAskedToStop) {
  const auto trainer = make();
  const Assignment turn = first(0, 1'000'000'000'000);
  const Report got = report(train(*trainer, turn, Stop::save));
  EXPECT_TRUE(got.partial);
  EXPECT_LT(got.step, turn.steps);
  EXPECT_TRUE(turn.save.contains("model.txt"));
}

TEST_P(TrainerContract, AbandonsATurnAndTrainsTheNext) {
  const auto trainer = make();
  EXPECT_EQ(failure(train(*trainer, first(0, 1'000'000'000'000), Stop::abandon)).kind, FailureKind::abandoned);
  EXPECT_TRUE(trainer->resident().empty());
  EXPECT_EQ(report(train(*trainer, first(0))).step, 100);
}

}  // namespace pbt
