// Prints what the classic control environments do, one JSON object a line, for tests/end_to_end/test_gymnasium.py to do
// the same in Gymnasium: {"environment", "steps": [{"state", "action", "observation", "reward", "terminated",
// "truncated"}]}, from the state before an action to the observation after it. An episode goes on to its limit, past
// its termination.

#include <cstdio>
#include <nlohmann/json.hpp>

#include "rl/acrobot.h"
#include "rl/cart_pole.h"
#include "rl/mountain_car.h"
#include "rl/mountain_car_continuous.h"
#include "rl/pendulum.h"

namespace {

using namespace pbt::rl;

template <class Environment>
void print(const char* name, std::uint64_t seed) {
  const Spaces spaces = Environment::spaces();
  Random random(seed, Purpose::training);
  Random choosing(seed, Purpose::actions);
  Environment environment;
  environment.reset(random);
  Observations observed = observations_for(spaces, 1);
  nlohmann::json steps;
  for (int t = 0; t < Environment::steps_max; ++t) {
    std::int64_t choice = 0;
    float real = 0;
    if (!spaces.action.choices.empty())
      choice = static_cast<std::int64_t>(choosing.index(static_cast<std::size_t>(spaces.action.choices[0])));
    if (!spaces.action.low.empty())
      real = static_cast<float>(choosing.uniform(spaces.action.low[0], spaces.action.high[0]));
    nlohmann::json step{{"state", environment.state()}};
    const Result result = environment.step({&choice, &real}, random);
    environment.observe(observed, 0);
    if (spaces.action.choices.empty()) {
      step["action"] = real;
    } else {
      step["action"] = choice;
    }
    step["observation"] = observed.leaves[0].reals;
    step["reward"] = result.reward;
    step["terminated"] = result.terminated;
    step["truncated"] = result.truncated;
    steps.push_back(step);
  }
  std::printf("%s\n", nlohmann::json{{"environment", name}, {"steps", steps}}.dump().c_str());
}

}  // namespace

int main() {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    print<Acrobot>("Acrobot-v1", seed);
    print<CartPole>("CartPole-v1", seed);
    print<MountainCar>("MountainCar-v0", seed);
    print<MountainCarContinuous>("MountainCarContinuous-v0", seed);
    print<Pendulum>("Pendulum-v1", seed);
  }
  return 0;
}
