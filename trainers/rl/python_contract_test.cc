// What every environment keeps, kept by those of Python packages too.
#include "rl/environment_contract.h"
#include "rl/python_environments_test.h"
#include "tests/support/temporary_folder.h"

namespace pbt::rl {
namespace {

struct Case {
  const char* name;
  int steps;  ///< of which some end an episode
};

class PythonEnvironment : public PythonPackages, public testing::WithParamInterface<Case> {
  TemporaryFolder folder_;
};

TEST_P(PythonEnvironment, KeepsTheContract) {
  const auto make = [](std::size_t count, std::uint64_t seed, Purpose purpose) {
    return make_environments({GetParam().name, 0, PBT_TEST_PYTHON}, count, seed, purpose);
  };
  contract::keeps_it(make, GetParam().steps, /*ends=*/true);
}

INSTANTIATE_TEST_SUITE_P(All, PythonEnvironment,
                         testing::Values(Case{"gymnasium:CartPole-v1", 100}, Case{"gymnasium:Pendulum-v1", 210},
                                         Case{"atari:Breakout", 300}, Case{"vizdoom:VizdoomBasic-v1", 80},
                                         Case{"deepmind_lab:corridor", 25}, Case{"starcraft2:MoveToBeacon", 15}),
                         [](const auto& each) {
                           std::string name = each.param.name;
                           name = name.substr(0, name.find('-'));
                           name.erase(std::remove_if(name.begin(), name.end(), [](char c) { return !std::isalnum(c); }),
                                      name.end());
                           return name;
                         });

TEST_F(PythonPackages, GamesAreSeenFourImagesAtOnceUnlessItIsSaidOtherwise) {
  const auto first_axis = [](int frame_stack) {
    return make_environments({"atari:MsPacman", frame_stack, PBT_TEST_PYTHON}, 1, 1, Purpose::training)
        ->spaces()
        .observation.at(0)
        .shape.at(0);
  };
  EXPECT_EQ(first_axis(0), 4);
  EXPECT_EQ(first_axis(1), 1);
  EXPECT_EQ(frames_of({"vizdoom:VizdoomBasic-v1", 0, ""}), 4);
  EXPECT_EQ(frames_of({"gymnasium:CartPole-v1", 0, ""}), 1);
  EXPECT_EQ(frames_of({"LunarLander-v3", 0, ""}), 1);
}

}  // namespace
}  // namespace pbt::rl
