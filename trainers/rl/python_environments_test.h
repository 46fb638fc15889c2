#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "rl/python_environments.h"

namespace pbt::rl {

/// Environments of the packages that scripts/python-environment installs, and of the modules in python/fakes.
class PythonPackages : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::system("test -x '" PBT_TEST_PYTHON "'") != 0)
      GTEST_SKIP() << "no " PBT_TEST_PYTHON ": make it with scripts/python-environment";
    setenv("PYTHONPATH", PBT_FAKES, /*overwrite=*/1);
    setenv("PYTHONDONTWRITEBYTECODE", "1", /*overwrite=*/1);
  }

  static std::unique_ptr<VectorEnvironment> make(const std::string& name, std::size_t count = 1, std::uint64_t seed = 1,
                                                 Purpose purpose = Purpose::training) {
    EnvironmentOptions options;
    options.name = name;
    options.python = PBT_TEST_PYTHON;
    return make_python_environments(options, count, seed, purpose);
  }

  /// What is said where such an environment is refused; empty where it is not.
  static std::string refusal(const std::string& name) {
    try {
      const auto environments = make(name);
      return "";
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
  }
};

/// Actions that differ between steps and environments, and repeat with every run.
inline Actions varied_actions(const VectorEnvironment& environments, std::size_t step) {
  Actions actions;
  const ActionSpace& space = environments.spaces().action;
  for (std::size_t i = 0; i < environments.size(); ++i) {
    for (const std::int64_t count : space.choices)
      actions.choices.push_back(static_cast<std::int64_t>(step / 5 * 7 + i * 3) % count);
    for (std::size_t k = 0; k < space.low.size(); ++k)
      actions.reals.push_back(step % 2 == 0 ? space.low[k] : space.high[k]);
  }
  return actions;
}

/// All that is seen of `steps` steps.
struct Trajectory {
  std::vector<std::vector<float>> reals;
  std::vector<std::vector<std::uint8_t>> bytes;
  std::vector<std::vector<double>> rewards;
  std::vector<std::vector<char>> terminated, truncated;
  std::vector<double> returns;

  bool operator==(const Trajectory& other) const {
    return reals == other.reals && bytes == other.bytes && rewards == other.rewards && terminated == other.terminated &&
           truncated == other.truncated && returns == other.returns;
  }

  void add(const Observations& observations) {
    for (const Values& leaf : observations.leaves) {
      reals.push_back(leaf.reals);
      bytes.push_back(leaf.bytes);
    }
  }
};

inline Trajectory play(VectorEnvironment& environments, std::size_t steps) {
  Trajectory played;
  played.add(environments.observations());
  for (std::size_t step = 0; step < steps; ++step) {
    const Outcomes& outcomes = environments.step(varied_actions(environments, step));
    played.rewards.push_back(outcomes.rewards);
    played.terminated.push_back(outcomes.terminated);
    played.truncated.push_back(outcomes.truncated);
    played.add(outcomes.reached);
    played.add(environments.observations());
  }
  played.returns = environments.take_returns();
  return played;
}

}  // namespace pbt::rl
