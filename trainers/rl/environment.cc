#include "rl/environment.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <stdexcept>

#include "core/nearest.h"
#include "rl/acrobot.h"
#include "rl/cart_pole.h"
#include "rl/frame_stack.h"
#include "rl/lunar_lander_environment.h"
#include "rl/mountain_car.h"
#include "rl/mountain_car_continuous.h"
#include "rl/pendulum.h"
#ifdef PBT_PYTHON_ENVIRONMENTS
#include "rl/python_environments.h"
#endif

namespace pbt::rl {
namespace {

using Make = std::unique_ptr<VectorEnvironment> (*)(std::size_t count, std::uint64_t seed, Purpose purpose);

template <class Environment>
std::unique_ptr<VectorEnvironment> make(std::size_t count, std::uint64_t seed, Purpose purpose) {
  return std::make_unique<NativeEnvironments<Environment>>(count, seed, purpose);
}

struct Native {
  const char* name;
  Make make;
};
constexpr Native natives[] = {{"Acrobot-v1", make<Acrobot>},
                              {"CartPole-v1", make<CartPole>},
                              {"LunarLander-v3", make<LunarLanderEnvironment>},
                              {"MountainCar-v0", make<MountainCar>},
                              {"MountainCarContinuous-v0", make<MountainCarContinuous>},
                              {"Pendulum-v1", make<Pendulum>}};

/// What a prefix of Python environments needs beside the interpreter.
struct Family {
  const char* prefix;
  const char* package;
  int frames;  ///< usually seen at once
};
constexpr Family families[] = {{"gymnasium:", "gymnasium", 1},
                               {"atari:", "ale-py", 4},
                               {"vizdoom:", "vizdoom", 4},
                               {"deepmind_lab:", "deepmind_lab", 1},
                               {"starcraft2:", "pysc2", 1}};

bool begins_with(const std::string& text, const std::string& prefix) { return text.rfind(prefix, 0) == 0; }

[[noreturn]] void refuse(const std::string& name) {
  std::vector<std::string> names;
  std::string all;
  for (const Native& native : natives) {
    names.emplace_back(native.name);
    all += std::string(all.empty() ? "" : ", ") + native.name;
  }
  std::string prefixes;
  for (const Family& family : families) {
    names.emplace_back(family.prefix);
    prefixes += std::string(prefixes.empty() ? "" : ", ") + family.prefix + "... (" + family.package + ")";
  }
  throw std::invalid_argument("there is no environment \"" + name + "\"" + did_you_mean(name, names) + "; there are " +
                              all + ", and through Python, with the package in brackets installed, " + prefixes);
}

std::unique_ptr<VectorEnvironment> make_unstacked(const EnvironmentOptions& options, std::size_t count,
                                                  std::uint64_t seed, Purpose purpose) {
  for (const Native& native : natives)
    if (options.name == native.name) return native.make(count, seed, purpose);
  for (const Family& family : families) {
    if (!begins_with(options.name, family.prefix)) continue;
#ifdef PBT_PYTHON_ENVIRONMENTS
    return make_python_environments(options, count, seed, purpose);
#else
    throw std::invalid_argument("environment \"" + options.name +
                                "\" runs in Python, and this program was built without it: install pybind11-dev and "
                                "python3-dev, configure again, build again");
#endif
  }
  refuse(options.name);
}

}  // namespace

std::int64_t Leaf::size() const {
  return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

std::int64_t ActionSpace::choice_count() const {
  return std::accumulate(choices.begin(), choices.end(), std::int64_t{0});
}

int frames_of(const EnvironmentOptions& options) {
  if (options.frame_stack != 0) return options.frame_stack;
  for (const Family& family : families)
    if (begins_with(options.name, family.prefix)) return family.frames;
  return 1;
}

std::unique_ptr<VectorEnvironment> make_environments(const EnvironmentOptions& options, std::size_t count,
                                                     std::uint64_t seed, Purpose purpose) {
  if (count < 1) throw std::invalid_argument("0 environments: expected 1 or more");
  return stack_frames(make_unstacked(options, count, seed, purpose), frames_of(options));
}

}  // namespace pbt::rl
