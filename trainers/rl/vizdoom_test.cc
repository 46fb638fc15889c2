#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "rl/python_environments_test.h"
#include "tests/support/temporary_folder.h"

namespace pbt::rl {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Vizdoom : public PythonPackages {
 protected:
  TemporaryFolder folder_;  // the current one
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

TEST_F(Vizdoom, LeavesNothingWhereItRuns) {
  play(*make("vizdoom:VizdoomBasic-v1"), 3);
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(Vizdoom, TheGameEndsWithTheProcessHoweverThatEnds) {
  // The game inherits the writing end, which is closed when all who have it are gone.
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const auto die_playing = [this] {
    setenv("TMPDIR", folder_.path().c_str(), /*overwrite=*/1);  // nobody is left to remove what it puts there
    const auto environments = make("vizdoom:VizdoomBasic-v1");
    raise(SIGKILL);
  };
  EXPECT_EXIT(die_playing(), ::testing::KilledBySignal(SIGKILL), "");
  close(ends[1]);
  char nothing = 0;
  EXPECT_EQ(read(ends[0], &nothing, 1), 0);
  close(ends[0]);
}

TEST_F(Vizdoom, AnUnknownNameOrOptionIsRefusedWithTheNearest) {
  EXPECT_THAT(refusal("vizdoom:VizdoomBasik-v1"),
              AllOf(HasSubstr("did you mean \"VizdoomBasic-v1\"?"), HasSubstr("VizdoomTakeCover-v1")));
  EXPECT_THAT(refusal("vizdoom:VizdoomBasic-v1:rbg"), HasSubstr("did you mean \"rgb\"?"));
}

}  // namespace
}  // namespace pbt::rl
