#include <algorithm>
#include <set>

#include "rl/python_environments_test.h"

namespace pbt::rl {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Atari = PythonPackages;

std::size_t ends(const std::vector<std::vector<char>>& steps) {
  std::size_t count = 0;
  for (const auto& step : steps) count += static_cast<std::size_t>(std::count(step.begin(), step.end(), 1));
  return count;
}

TEST_F(Atari, IsSeenAsGreyPixelsAndPlayedByTheActionsThatTheGameKnows) {
  const auto games = make("atari:MsPacman", 2);
  const Spaces& spaces = games->spaces();
  ASSERT_EQ(spaces.observation.size(), 1U);
  EXPECT_THAT(spaces.observation[0].shape, ElementsAre(1, 84, 84));
  EXPECT_EQ(spaces.observation[0].type, Leaf::Type::byte);
  EXPECT_THAT(spaces.action.choices, ElementsAre(9));
  EXPECT_THAT(make("atari:MsPacman:all_actions")->spaces().action.choices, ElementsAre(18));
  const std::vector<std::uint8_t>& pixels = games->observations().leaves[0].bytes;
  EXPECT_EQ(pixels.size(), 2U * 84 * 84);
  EXPECT_GT(std::set<std::uint8_t>(pixels.begin(), pixels.end()).size(), 10U);
}

TEST_F(Atari, AGamesNameIsTakenHoweverItIsWritten) {
  for (const char* name : {"atari:ms_pacman", "atari:Ms-Pacman", "atari:mspacman"})
    EXPECT_THAT(make(name)->spaces().action.choices, ElementsAre(9)) << name;
}

TEST_F(Atari, EqualSeedsAndActionsGiveEqualTrajectories) {
  const auto played = [](std::uint64_t seed, const std::string& options) {
    return play(*make("atari:MsPacman" + options, 2, seed), 120);
  };
  const Trajectory first = played(1, "");
  EXPECT_EQ(first, played(1, ""));
  EXPECT_FALSE(first == played(2, ""));
  EXPECT_FALSE(first == played(1, ":sticky"));
  EXPECT_EQ(played(1, ":sticky"), played(1, ":sticky"));
}

// Riverraid is soon over: four lives, and rewards of 30 and more.
constexpr std::size_t game_steps = 600;

TEST_F(Atari, ALostLifeEndsAnEpisodeOfTrainingAndNotTheGame) {
  const Trajectory lives = play(*make("atari:Riverraid"), game_steps);
  const Trajectory games = play(*make("atari:Riverraid:whole_games"), game_steps);
  EXPECT_EQ(lives.bytes, games.bytes);
  EXPECT_EQ(lives.rewards, games.rewards);
  EXPECT_EQ(lives.returns, games.returns);
  ASSERT_EQ(games.returns.size(), 1U);
  EXPECT_EQ(ends(games.terminated), 1U);
  std::size_t before_the_end = 0;
  for (std::size_t step = 0; games.terminated[step][0] == 0; ++step)
    before_the_end += lives.terminated[step][0] != 0 ? 1U : 0U;
  EXPECT_EQ(before_the_end, 3U);
  EXPECT_EQ(ends(lives.truncated), 0U);
}

TEST_F(Atari, TrainingLearnsFromSignsAndScoresCountWholeRewards) {
  const Trajectory training = play(*make("atari:Riverraid"), game_steps);
  const Trajectory evaluation = play(*make("atari:Riverraid", 1, 1, Purpose::evaluation), game_steps);
  for (const auto& rewards : training.rewards) EXPECT_THAT(rewards[0], AnyOf(-1, 0, 1));
  ASSERT_EQ(training.returns.size(), 1U);
  EXPECT_GE(training.returns[0], 100);

  ASSERT_EQ(evaluation.returns.size(), 1U);
  EXPECT_EQ(ends(evaluation.terminated), 1U);
  double score = 0;
  for (std::size_t step = 0; step == 0 || evaluation.terminated[step - 1][0] == 0; ++step)
    score += evaluation.rewards[step][0];
  EXPECT_EQ(score, evaluation.returns[0]);
  EXPECT_GE(score, 100);
}

TEST_F(Atari, TheLastSightOfAGameIsReachedAndTheFirstOfTheNextIsSeen) {
  const auto game = make("atari:Riverraid:whole_games");
  for (std::size_t step = 0; step < game_steps; ++step) {
    const Outcomes& outcomes = game->step(varied_actions(*game, step));
    const bool same = outcomes.reached.leaves[0].bytes == game->observations().leaves[0].bytes;
    EXPECT_EQ(same, !outcomes.over(0)) << step;
    if (outcomes.over(0)) return;
  }
  FAIL() << "no game ended";
}

TEST_F(Atari, AnUnknownGameOrOptionIsRefusedWithTheNearest) {
  EXPECT_THAT(refusal("atari:MsPacmen"), AllOf(HasSubstr("did you mean \"MsPacman\"?"), HasSubstr("Zaxxon")));
  EXPECT_THAT(refusal("atari:Pong:stick"),
              AllOf(HasSubstr("no option 'stick'"), HasSubstr("did you mean \"sticky\"?"), HasSubstr("whole_games")));
}

}  // namespace
}  // namespace pbt::rl
