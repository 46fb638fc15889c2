#include <cstdio>
#include <sstream>

#include "rl/python_environments_test.h"

namespace pbt::rl {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Gymnasium = PythonPackages;

/// What a Python program prints, as numbers.
std::vector<double> numbers_of(const std::string& program) {
  std::FILE* pipe = popen((std::string(PBT_TEST_PYTHON) + " - <<'END'\n" + program + "\nEND").c_str(), "r");
  std::string said;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) said += static_cast<char>(c);
  EXPECT_EQ(pclose(pipe), 0);
  std::istringstream words(said);
  std::vector<double> numbers;
  for (double number = 0; words >> number;) numbers.push_back(number);
  return numbers;
}

TEST_F(Gymnasium, CartPoleGoesAsInGymnasiumItself) {
  constexpr std::size_t steps = 150;
  const std::string seed = std::to_string(trainers::Random(7, Purpose::training, 0).next() >> 33);
  const std::vector<double> expected = numbers_of(R"(
import gymnasium
environment = gymnasium.make("CartPole-v1")
observation, _ = environment.reset(seed=)" + seed +
                                                  R"()
print(*observation)
for step in range()" + std::to_string(steps) + R"():
    observation, reward, terminated, truncated, _ = environment.step(step // 5 * 7 % 2)
    print(*observation, reward, int(terminated), int(truncated))
    if terminated or truncated:
        print(*environment.reset()[0]))");

  const auto environments = make("gymnasium:CartPole-v1", 1, 7);
  std::vector<double> seen;
  const auto add = [&seen](const Observations& observations) {
    // As float32 prints itself, in as few digits as tell it apart.
    for (const float value : observations.leaves.at(0).reals) seen.push_back(value);
  };
  add(environments->observations());
  std::size_t ends = 0;
  for (std::size_t step = 0; step < steps; ++step) {
    const Outcomes& outcomes = environments->step(varied_actions(*environments, step));
    add(outcomes.reached);
    seen.insert(seen.end(),
                {outcomes.rewards[0], outcomes.terminated[0] != 0 ? 1.0 : 0.0, outcomes.truncated[0] != 0 ? 1.0 : 0.0});
    if (outcomes.over(0)) add(environments->observations());
    ends += outcomes.over(0) ? 1 : 0;
  }
  EXPECT_GT(ends, 2);
  ASSERT_EQ(seen.size(), expected.size());
  for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_EQ(static_cast<float>(seen[i]), static_cast<float>(expected[i]));
}

TEST_F(Gymnasium, AnEpisodesReturnIsTheSumOfItsRewardsAndCountsItsEndOnce) {
  const auto environments = make("gymnasium:CartPole-v1", 2);
  std::vector<double> running(2), returns;
  for (std::size_t step = 0; step < 100; ++step) {
    const Outcomes& outcomes = environments->step(varied_actions(*environments, step));
    for (std::size_t i = 0; i < 2; ++i) {
      running[i] += outcomes.rewards[i];
      if (outcomes.over(i)) returns.push_back(std::exchange(running[i], 0.0));
    }
  }
  EXPECT_EQ(environments->take_returns(), returns);
  EXPECT_TRUE(environments->take_returns().empty());
}

TEST_F(Gymnasium, EqualSeedsAndActionsGiveEqualTrajectories) {
  const auto played = [](std::uint64_t seed, Purpose purpose) {
    return play(*make("gymnasium:CartPole-v1", 3, seed, purpose), 60);
  };
  EXPECT_EQ(played(1, Purpose::training), played(1, Purpose::training));
  EXPECT_FALSE(played(1, Purpose::training) == played(2, Purpose::training));
  EXPECT_FALSE(played(1, Purpose::training) == played(1, Purpose::evaluation));
}

TEST_F(Gymnasium, TheEnvironmentsOfAVectorHaveStreamsOfTheirOwn) {
  const auto environments = make("gymnasium:CartPole-v1", 2);
  const std::vector<float>& seen = environments->observations().leaves.at(0).reals;
  EXPECT_NE(std::vector<float>(seen.begin(), seen.begin() + 4), std::vector<float>(seen.begin() + 4, seen.end()));
}

TEST_F(Gymnasium, EveryKindOfObservationIsALeafAndTextIsLeftOut) {
  const auto environments = make("gymnasium:peculiar:Everything-v0");
  const std::vector<Leaf>& leaves = environments->spaces().observation;
  const Observations& seen = environments->observations();
  std::vector<std::string> names;
  std::vector<std::vector<std::int64_t>> shapes;
  for (const Leaf& leaf : leaves) {
    names.push_back(leaf.name);
    shapes.push_back(leaf.shape);
  }
  using Shape = std::vector<std::int64_t>;
  EXPECT_THAT(names, ElementsAre("colour", "flags", "grey", "inner.0", "inner.1", "speed"));
  EXPECT_THAT(shapes, ElementsAre(Shape{2, 4, 3}, Shape{2}, Shape{1, 2, 4}, Shape{3}, Shape{5}, Shape{2}));
  EXPECT_EQ(leaves[0].type, Leaf::Type::byte);
  EXPECT_EQ(leaves[0].high, 255);
  std::vector<std::uint8_t> channel_by_channel;
  for (int channel = 0; channel < 2; ++channel)
    for (int pixel = 0; pixel < 12; ++pixel)
      channel_by_channel.push_back(static_cast<std::uint8_t>(pixel * 2 + channel));
  EXPECT_EQ(seen.leaves[0].bytes, channel_by_channel);
  EXPECT_THAT(seen.leaves[1].reals, ElementsAre(0, 1));
  EXPECT_THAT(seen.leaves[2].bytes, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
  EXPECT_THAT(seen.leaves[3].reals, ElementsAre(0, 1, 0));
  EXPECT_THAT(seen.leaves[4].reals, ElementsAre(0, 1, 0, 0, 1));
  EXPECT_EQ(leaves[5].low, -std::numeric_limits<float>::infinity());
  EXPECT_EQ(leaves[5].high, 2.5);
  EXPECT_THAT(seen.leaves[5].reals, ElementsAre(0, -0.5));
}

TEST_F(Gymnasium, EveryKindOfActionIsBuiltFromChoicesAndReals) {
  const auto environments = make("gymnasium:peculiar:Doer-v0");
  const ActionSpace& space = environments->spaces().action;
  EXPECT_THAT(space.choices, ElementsAre(3, 2, 2, 2, 4));
  EXPECT_THAT(space.low, ElementsAre(-1, 0));
  EXPECT_THAT(space.high, ElementsAre(1, 2));
  EXPECT_FALSE(space.masked);
  EXPECT_TRUE(environments->observations().allowed.empty());
  Actions actions;
  actions.choices = {2, 0, 1, 1, 3};
  actions.reals = {0.25, 1.5};
  const Outcomes& outcomes = environments->step(actions);
  EXPECT_THAT(outcomes.reached.leaves.at(0).reals, ElementsAre(0.25, 1.5, 1, 0, 1, 1, 3));
}

TEST_F(Gymnasium, AnEndIsReachedAndTheNextEpisodeIsSeen) {
  const auto environments = make("gymnasium:peculiar:Short-v0");
  Actions actions;
  actions.choices = {1};
  const Outcomes& outcomes = environments->step(actions);
  EXPECT_TRUE(outcomes.truncated[0]);
  EXPECT_FALSE(outcomes.terminated[0]);
  EXPECT_THAT(outcomes.reached.leaves.at(0).reals, ElementsAre(1));
  EXPECT_THAT(environments->observations().leaves.at(0).reals, ElementsAre(0));
  EXPECT_THAT(environments->take_returns(), ElementsAre(0.5));
}

TEST_F(Gymnasium, TheChannelsOfAnImageAreTheAxisBesideTwoEqualOnes) {
  const auto environments = make("gymnasium:peculiar:Boards-v0");
  for (const Leaf& leaf : environments->spaces().observation)
    EXPECT_THAT(leaf.shape, ElementsAre(4, 2, 2)) << leaf.name;
}

TEST_F(Gymnasium, AnEpisodeWithoutALimitIsCutOff) {
  const auto environments = make("gymnasium:CliffWalking-v1");
  Actions up;
  up.choices = {0};
  for (int step = 1; step < 10'000; ++step) ASSERT_FALSE(environments->step(up).over(0)) << step;
  EXPECT_TRUE(environments->step(up).truncated[0]);
}

TEST_F(Gymnasium, ABoundThatFloatsCannotSayIsKept) {
  const auto environments = make("gymnasium:peculiar:TenthAction-v0");
  Actions most;
  most.reals = {0.1F};  // more than 0.1
  EXPECT_THAT(environments->step(most).reached.leaves.at(0).reals, ElementsAre(0.1F));
}

TEST_F(Gymnasium, AnActionWithoutBoundsIsPlayedOnceItIsWrappedAsTheGuideSays) {
  const auto environments = make("gymnasium:peculiar:Bounded-v0");
  EXPECT_THAT(environments->spaces().action.low, ElementsAre(-1, -1));
  EXPECT_NO_THROW(play(*environments, 5));
}

TEST_F(Gymnasium, AMaskComesFromInfoOrFromWhatIsSeen) {
  const auto masked = make("gymnasium:peculiar:Masked-v0");
  EXPECT_TRUE(masked->spaces().action.masked);
  EXPECT_THAT(masked->observations().allowed, ElementsAre(0, 1, 0));
  Actions actions;
  actions.choices = {1};
  masked->step(actions);
  EXPECT_THAT(masked->observations().allowed, ElementsAre(1, 0, 0));
  masked->step(actions);
  const Outcomes& last = masked->step(actions);
  EXPECT_THAT(last.reached.allowed, ElementsAre(1, 0, 1));
  EXPECT_THAT(masked->observations().allowed, ElementsAre(0, 1, 0));

  const auto seen = make("gymnasium:peculiar:MaskSeen-v0");
  ASSERT_EQ(seen->spaces().observation.size(), 1U);
  EXPECT_EQ(seen->spaces().observation[0].name, "time");
  EXPECT_THAT(seen->observations().allowed, ElementsAre(1, 0));
}

TEST_F(Gymnasium, WhatDoesNotFitAnAgentIsRefusedWithTheReason) {
  EXPECT_THAT(
      refusal("gymnasium:peculiar:UnboundedAction-v0"),
      AllOf(HasSubstr("Box(-inf, inf, (2,), float32)"), HasSubstr("no finite bounds"), HasSubstr("TransformAction")));
  EXPECT_THAT(refusal("gymnasium:peculiar:GraphSeen-v0"), AllOf(HasSubstr("Graph"), HasSubstr("does not fit")));
  EXPECT_THAT(refusal("gymnasium:peculiar:SequenceDone-v0"), AllOf(HasSubstr("Sequence"), HasSubstr("does not fit")));
  EXPECT_THAT(refusal("gymnasium:peculiar:SeesNothing-v0"), HasSubstr("nothing that an agent can see"));
  EXPECT_THAT(refusal("gymnasium:peculiar:MaskTooLong-v0"), HasSubstr("3 entries, and the action 2 choices"));
}

TEST_F(Gymnasium, AnUnknownNameComesWithTheNearestAndWhatToInstall) {
  EXPECT_THAT(
      refusal("gymnasium:CartPool-v1"),
      AllOf(HasSubstr("gymnasium:CartPool-v1: Gymnasium has no such environment; did you mean \"CartPole-v1\"?"),
            HasSubstr(std::string(PBT_TEST_PYTHON) + " -m pip install minigrid")));
  EXPECT_THAT(refusal("gymnasium:CartPole-v9"), AllOf(HasSubstr("v9"), HasSubstr("`v1`")));
  EXPECT_THAT(refusal("gymnasium:absent_package:Maze-v0"),
              AllOf(HasSubstr("no Python package 'absent_package'"), HasSubstr("-m pip install absent_package")));
}

TEST_F(Gymnasium, WhatAnEnvironmentOrAPackageNeedsItselfComesWithHowToInstallIt) {
  const std::string command = std::string(PBT_TEST_PYTHON) + " -m pip install absent_engine";
  EXPECT_THAT(refusal("gymnasium:peculiar:NeedsAbsent-v0"), AllOf(HasSubstr("'absent_engine'"), HasSubstr(command)));
  EXPECT_THAT(refusal("gymnasium:needs_absent_too:Maze-v0"), AllOf(HasSubstr("'absent_engine'"), HasSubstr(command)));
  EXPECT_THAT(refusal("gymnasium:Cart Pole-v1"), HasSubstr("did you mean \"CartPole-v1\"?"));
}

TEST_F(Gymnasium, ItsExceptionsKeepTheirMessage) {
  const auto environments = make("gymnasium:peculiar:Breaks-v0");
  Actions actions;
  actions.choices = {0};
  try {
    environments->step(actions);
    FAIL() << "the environment is broken";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("gymnasium:peculiar:Breaks-v0"), HasSubstr("the simulator broke")));
  }
}

}  // namespace
}  // namespace pbt::rl
