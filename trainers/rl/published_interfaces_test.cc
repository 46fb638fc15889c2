// DeepMind Lab and StarCraft II stand in no registry: these play what has their published interfaces, python/fakes.
#include <cmath>

#include "rl/python_environments_test.h"

namespace pbt::rl {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

using DeepMindLab = PythonPackages;
using StarCraft = PythonPackages;

TEST_F(DeepMindLab, EveryComponentOfAnActionIsAChoice) {
  const auto lab = make("deepmind_lab:corridor");
  EXPECT_THAT(lab->spaces().action.choices, ElementsAre(5, 5, 3, 3, 2, 2, 2));
  EXPECT_THAT(lab->spaces().observation.at(0).shape, ElementsAre(3, 84, 84));
  const std::vector<std::uint8_t>& screen = lab->observations().leaves.at(0).bytes;
  for (int colour = 0; colour < 3; ++colour)
    EXPECT_EQ(screen[static_cast<std::size_t>(colour) * 84 * 84], 10 * (colour + 1));
  Actions forward;
  forward.choices = {2, 2, 1, 2, 0, 0, 0};
  EXPECT_THAT(lab->step(forward).rewards, ElementsAre(4));  // for each of four frames
  Actions look;
  look.choices = {0, 4, 0, 1, 1, 1, 1};
  EXPECT_THAT(lab->step(look).rewards, ElementsAre(0));
}

TEST_F(DeepMindLab, ALevelThatRunsOutEndsAndTheNextHasASeedOfItsOwn) {
  const auto lab = make("deepmind_lab:corridor");
  Actions forward;
  forward.choices = {2, 2, 1, 2, 0, 0, 0};
  const std::vector<std::uint8_t> first = lab->observations().leaves[0].bytes;
  for (int step = 1; step < 10; ++step) EXPECT_FALSE(lab->step(forward).over(0));
  const std::vector<std::uint8_t> last = lab->observations().leaves[0].bytes;
  const Outcomes& end = lab->step(forward);
  EXPECT_TRUE(end.terminated[0]);
  EXPECT_EQ(end.reached.leaves[0].bytes, last);
  EXPECT_NE(lab->observations().leaves[0].bytes, first);
  EXPECT_THAT(lab->take_returns(), ElementsAre(40));
}

TEST_F(DeepMindLab, EqualSeedsAndActionsGiveEqualTrajectories) {
  const auto played = [](std::uint64_t seed) { return play(*make("deepmind_lab:corridor", 2, seed), 25); };
  EXPECT_EQ(played(1), played(1));
  EXPECT_FALSE(played(1) == played(2));
}

TEST_F(DeepMindLab, AnUnknownLevelIsRefused) {
  EXPECT_THAT(refusal("deepmind_lab:corridoor"), AllOf(HasSubstr("cannot load the level 'corridoor'"),
                                                       HasSubstr("Failed to load"), HasSubstr("game_scripts/levels")));
}

/// The function, then screen x and y, minimap x and y, and whether it is queued.
Actions call(std::int64_t function, std::int64_t x = 0, std::int64_t y = 0) {
  Actions actions;
  actions.choices = {function, x, y, 0, 0, 1};
  return actions;
}

TEST_F(StarCraft, FunctionsAndTheirArgumentsAreChoicesAndTheAvailableOnesTheMask) {
  const auto game = make("starcraft2:MoveToBeacon");
  const Spaces& spaces = game->spaces();
  EXPECT_THAT(spaces.action.choices, ElementsAre(3, 64, 64, 64, 64, 2));
  EXPECT_TRUE(spaces.action.masked);
  const std::vector<std::uint8_t>& allowed = game->observations().allowed;
  ASSERT_EQ(allowed.size(), 3U + 4 * 64 + 2);
  EXPECT_THAT(std::vector<std::uint8_t>(allowed.begin(), allowed.begin() + 3), ElementsAre(1, 0, 1));
  EXPECT_THAT(std::vector<std::uint8_t>(allowed.begin() + 3, allowed.end()), Each(1));
  game->step(call(0));
  EXPECT_THAT(std::vector<std::uint8_t>(allowed.begin(), allowed.begin() + 3), ElementsAre(1, 1, 0));
}

TEST_F(StarCraft, LayersAreScaledAndWhatThePlayerHasIsItsLogarithm) {
  const auto game = make("starcraft2:MoveToBeacon");
  const std::vector<Leaf>& leaves = game->spaces().observation;
  EXPECT_THAT(leaves.at(0).shape, ElementsAre(2, 64, 64));
  EXPECT_THAT(leaves.at(1).shape, ElementsAre(1, 64, 64));
  const Outcomes& outcomes = game->step(call(2, 7, 9));
  const std::vector<float>& screen = outcomes.reached.leaves[0].reals;
  EXPECT_EQ(screen[0], 0.5F);
  EXPECT_FLOAT_EQ(screen[64 * 64 + 9 * 64 + 7], 0.2F);  // the unit, at y 9 and x 7
  EXPECT_THAT(outcomes.reached.leaves[1].reals, Each(0.5F));
  EXPECT_THAT(outcomes.reached.leaves[2].reals, ElementsAre(std::log1p(1.0F), std::log1p(50.0F)));
}

TEST_F(StarCraft, TimeThatRunsOutCutsAnEpisodeOffAndADefeatEndsIt) {
  for (const bool defeat : {false, true}) {
    const auto game = make(defeat ? "starcraft2:DefeatRoaches" : "starcraft2:MoveToBeacon");
    for (int step = 1; step < 6; ++step) EXPECT_FALSE(game->step(call(0)).over(0));
    const Outcomes& end = game->step(call(0));
    EXPECT_EQ(end.terminated[0] != 0, defeat);
    EXPECT_EQ(end.truncated[0] != 0, !defeat);
    EXPECT_EQ(game->take_returns().size(), 1U);
  }
}

TEST_F(StarCraft, EqualSeedsAndActionsGiveEqualTrajectories) {
  const auto played = [](std::uint64_t seed) {
    const auto game = make("starcraft2:MoveToBeacon", 1, seed);
    Trajectory trajectory;
    for (std::int64_t step = 0; step < 15; ++step)
      trajectory.add(game->step(call(step % 2 == 0 ? 2 : 1, step)).reached);
    return trajectory;
  };
  EXPECT_EQ(played(1), played(1));
  EXPECT_FALSE(played(1) == played(2));
}

TEST_F(StarCraft, AnUnknownMapIsRefusedWithTheNearest) {
  EXPECT_THAT(refusal("starcraft2:MoveToBeakon"),
              AllOf(HasSubstr("did you mean \"MoveToBeacon\"?"), HasSubstr("pysc2.bin.map_list")));
}

}  // namespace
}  // namespace pbt::rl
