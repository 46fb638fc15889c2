#include <algorithm>
#include <set>

#include "rl/python_environments_test.h"
#include "tests/support/temporary_folder.h"

namespace pbt::rl {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// In a folder of their own: the game leaves an empty one, `_vizdoom`, where it runs.
class Vizdoom : public PythonPackages {
  TemporaryFolder folder_;
};

TEST_F(Vizdoom, SeesASmallScreenAndTheVariablesOfTheGame) {
  const auto games = make("vizdoom:VizdoomBasic-v1", 2);
  const Spaces& spaces = games->spaces();
  ASSERT_EQ(spaces.observation.size(), 2U);
  EXPECT_EQ(spaces.observation[0].name, "screen");
  EXPECT_THAT(spaces.observation[0].shape, ElementsAre(1, 84, 84));
  EXPECT_EQ(spaces.observation[0].type, Leaf::Type::byte);
  EXPECT_EQ(spaces.observation[1].name, "gamevariables");
  EXPECT_THAT(games->observations().leaves[1].reals, ElementsAre(0.5, 0.5));  // hundreds of rounds
  EXPECT_THAT(spaces.action.choices, ElementsAre(4));
  const std::vector<std::uint8_t>& pixels = games->observations().leaves[0].bytes;
  EXPECT_EQ(pixels.size(), 2U * 84 * 84);
  EXPECT_GT(std::set<std::uint8_t>(pixels.begin(), pixels.end()).size(), 20U);
}

TEST_F(Vizdoom, ColourButtonsAndNumbersComeAsTheScenarioHasThem) {
  EXPECT_THAT(make("vizdoom:VizdoomMyWayHome-v1:rgb")->spaces().observation.at(0).shape, ElementsAre(3, 84, 84));
  EXPECT_THAT(make("vizdoom:VizdoomBasic-MultiBinary-v1")->spaces().action.choices, ElementsAre(2, 2, 2));
  const auto deathmatch = make("vizdoom:VizdoomDeathmatch-v1");
  EXPECT_THAT(deathmatch->spaces().action.choices, ElementsAre(18));
  EXPECT_THAT(deathmatch->spaces().action.high, ElementsAre(10, 10, 10));
  play(*deathmatch, 5);
}

TEST_F(Vizdoom, EqualSeedsAndActionsGiveEqualTrajectories) {
  const auto played = [](std::uint64_t seed) { return play(*make("vizdoom:VizdoomBasic-v1", 2, seed), 90); };
  const Trajectory first = played(1);
  EXPECT_EQ(first, played(1));
  EXPECT_FALSE(first == played(2));
  EXPECT_GE(first.returns.size(), 2U);
}

TEST_F(Vizdoom, AnEpisodeWhoseTimeIsUpIsCutOffAndReachesWhatItSawLast) {
  const auto game = make("vizdoom:VizdoomBasic-v1");
  Actions idle;
  idle.choices = {0};
  for (std::size_t step = 1; step <= 75; ++step) {  // 300 tics
    const std::vector<std::uint8_t> before = game->observations().leaves[0].bytes;
    const Outcomes& outcomes = game->step(idle);
    ASSERT_FALSE(outcomes.terminated[0]) << step;
    if (!outcomes.over(0)) continue;
    EXPECT_EQ(step, 75U);
    EXPECT_TRUE(outcomes.truncated[0]);
    EXPECT_EQ(outcomes.reached.leaves[0].bytes, before);
    EXPECT_NE(game->observations().leaves[0].bytes, before);
    EXPECT_THAT(game->take_returns(), ElementsAre(::testing::Le(-290)));
    return;
  }
  FAIL() << "the episode goes on";
}

TEST_F(Vizdoom, AnUnknownNameOrOptionIsRefusedWithTheNearest) {
  EXPECT_THAT(refusal("vizdoom:VizdoomBasik-v1"),
              AllOf(HasSubstr("did you mean \"VizdoomBasic-v1\"?"), HasSubstr("VizdoomTakeCover-v1")));
  EXPECT_THAT(refusal("vizdoom:VizdoomBasic-v1:rbg"), HasSubstr("did you mean \"rgb\"?"));
}

}  // namespace
}  // namespace pbt::rl
