#include "rl/environment.h"

#include <gmock/gmock.h>

#include "rl/environment_contract.h"
#include "rl/frame_stack.h"
#include "rl/normaliser.h"
#include "rl/toys.h"

namespace pbt::rl {
namespace {

contract::Make named(const std::string& name, int frame_stack = 1) {
  return [name, frame_stack](std::size_t count, std::uint64_t seed, Purpose purpose) {
    return make_environments({name, frame_stack, ""}, count, seed, purpose);
  };
}

std::string refusal(const std::string& name) {
  try {
    (void)make_environments({name, 1, ""}, 1, 1, Purpose::training);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

struct Case {
  const char* name;
  int steps;
};

class Native : public testing::TestWithParam<Case> {};

TEST_P(Native, KeepsTheContract) { contract::keeps_it(named(GetParam().name), GetParam().steps, /*ends=*/true); }

TEST_P(Native, KeepsTheContractStacked) {
  contract::keeps_it(named(GetParam().name, 3), GetParam().steps, /*ends=*/true);
}

INSTANTIATE_TEST_SUITE_P(All, Native,
                         testing::Values(Case{"Acrobot-v1", 600}, Case{"CartPole-v1", 100}, Case{"LunarLander-v3", 200},
                                         Case{"MountainCar-v0", 250}, Case{"MountainCarContinuous-v0", 1100},
                                         Case{"Pendulum-v1", 250}),
                         [](const auto& each) {
                           std::string name = each.param.name;
                           return name.substr(0, name.find('-'));
                         });

TEST(Toys, KeepTheContract) {
  contract::keeps_it(toys::make<toys::Masked>, 30, /*ends=*/true);
  contract::keeps_it(toys::make<toys::Dials>, 30, /*ends=*/true);
  contract::keeps_it(toys::make<toys::Dictionary>, 30, /*ends=*/true);
  contract::keeps_it(toys::make<toys::Recall>, 30, /*ends=*/true);
  contract::keeps_it(toys::make<toys::Reach>, 30, /*ends=*/true);
}

TEST(Environments, AnswerAnUnknownNameWithTheNearestAndWithWhatToInstall) {
  EXPECT_THAT(refusal("CartPole-v0"), testing::HasSubstr("there is no environment \"CartPole-v0\"; did you mean "
                                                         "\"CartPole-v1\"?; there are Acrobot-v1, CartPole-v1"));
  EXPECT_THAT(refusal("Zork"), testing::HasSubstr("atari:... (ale-py)"));
}

TEST(Environments, RefuseACountOrAStackOfNone) {
  EXPECT_THROW((void)make_environments({"CartPole-v1", 1, ""}, 0, 1, Purpose::training), std::invalid_argument);
  EXPECT_THROW((void)make_environments({"CartPole-v1", -1, ""}, 1, 1, Purpose::training), std::invalid_argument);
}

/// Counts its steps, and shows the count: 3 steps an episode.
class Counter {
 public:
  static Spaces spaces() { return {vector_leaf(1), {{2}, {}, {}, false}}; }
  void reset(Random& /*random*/) { steps_ = 0; }
  Result step(const Action& /*action*/, Random& /*random*/) {
    return {static_cast<double>(++steps_), false, steps_ == 3};
  }
  void observe(Observations& all, std::size_t i) const { write_row(all, i, steps_ + 1); }

 private:
  int steps_ = 0;
};

TEST(FrameStack, ShowsTheLatestOldestFirstAndBeginsAnEpisodeWithItsFirstRepeated) {
  const auto stacked = stack_frames(toys::make<Counter>(1, 1, Purpose::training), 3);
  EXPECT_EQ(stacked->spaces().observation[0].shape, std::vector<std::int64_t>{3});
  using Row = std::vector<float>;
  const auto seen = [&] { return stacked->observations().leaves[0].reals; };
  const auto reached = [&] { return stacked->step({{0}, {}}).reached.leaves[0].reals; };
  EXPECT_EQ(seen(), (Row{1, 1, 1}));
  EXPECT_EQ(reached(), (Row{1, 1, 2}));
  EXPECT_EQ(seen(), (Row{1, 1, 2}));
  EXPECT_EQ(reached(), (Row{1, 2, 3}));
  EXPECT_EQ(reached(), (Row{2, 3, 4})) << "where the episode ended";
  EXPECT_EQ(seen(), (Row{1, 1, 1})) << "the next one";
}

TEST(Moments, AreTheMeanAndVarianceOfAllThatWasSeen) {
  Moments moments(2);
  moments.add(std::vector<float>{1, 10, 3, 10}, 2);
  moments.add(std::vector<float>{8, 10}, 1);
  EXPECT_EQ(moments.count, 3);
  EXPECT_NEAR(moments.mean[0], 4, 1e-12);
  EXPECT_NEAR(moments.squares[0], 9 + 1 + 16, 1e-12);
  EXPECT_NEAR(moments.scale(0), 1 / std::sqrt(26.0 / 3), 1e-8);
  EXPECT_EQ(moments.mean[1], 10);
  EXPECT_EQ(moments.squares[1], 0);
}

TEST(Normalise, CentresAndScalesObservationsAndDividesRewards) {
  Normaliser normaliser = normaliser_for(Counter::spaces());
  const auto environments = normalise(toys::make<Counter>(2, 1, Purpose::training), normaliser,
                                      {/*observations=*/true, /*rewards=*/true, /*learn=*/true, /*discount=*/0.5});
  const Outcomes& outcomes = environments->step({{0, 0}, {}});
  // Seen so far: 1, 1, 2, 2; discounted returns: 1, 1, without spread.
  EXPECT_NEAR(environments->observations().leaves[0].reals[0], 0.5 / 0.5, 1e-6);
  EXPECT_NEAR(outcomes.reached.leaves[0].reals[1], 1, 1e-6);
  EXPECT_EQ(outcomes.rewards[0], 10) << "clipped";
  environments->step({{0, 0}, {}});  // discounted returns: 0.5 + 2
  EXPECT_NEAR(normaliser.returns.mean[0], (1 + 2.5) / 2, 1e-12);
  environments->step({{0, 0}, {}});
  EXPECT_EQ(environments->take_returns(), (std::vector<double>{6, 6})) << "of whole rewards";
}

TEST(Normalise, LearnsNothingWhileItScores) {
  Normaliser normaliser = normaliser_for(Counter::spaces());
  normaliser.leaves[0].add(std::vector<float>{0, 4}, 2);
  const auto environments = normalise(toys::make<Counter>(1, 1, Purpose::evaluation), normaliser,
                                      {/*observations=*/true, /*rewards=*/false, /*learn=*/false, /*discount=*/1});
  environments->step({{0}, {}});
  EXPECT_EQ(normaliser.leaves[0].count, 2);
  EXPECT_NEAR(environments->observations().leaves[0].reals[0], (2.0 - 2) / 2, 1e-6);
}

}  // namespace
}  // namespace pbt::rl
