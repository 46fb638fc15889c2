#pragma once

#include <functional>
#include <memory>
#include <string>

#include "rl/environment.h"

namespace pbt::rl {

/// How observations become what an agent decides on (network.h).
enum class Body { mlp, conv, recurrent, feudal };

/// Throws std::invalid_argument where the name is none of mlp, conv, recurrent, feudal.
[[nodiscard]] Body body_from(const std::string& name);
[[nodiscard]] std::string to_string(Body body);

/// Makes `count` environments as make_environments() does.
using MakeEnvironments =
    std::function<std::unique_ptr<VectorEnvironment>(std::size_t count, std::uint64_t seed, Purpose purpose)>;

/// What of a member is not tuned.
struct Options {
  EnvironmentOptions environment;
  MakeEnvironments make;  ///< a program's own environments, known to checkpoints by environment.name; empty: named
                          ///< ones
  std::size_t environments = 16;  ///< side by side while training
  Body body = Body::mlp;
  std::int64_t width = 0;       ///< units of a hidden layer; 0: the body's usual, see width_of()
  std::string device = "auto";  ///< common/device.h; auto keeps an mlp, which is small, on the CPU
  bool normalise_observations = false;
  bool normalise_rewards = false;
  int evaluation_episodes = 20;  ///< of a turn's score
};

/// Units of a hidden layer: `width` where it is given, else 64 of an mlp, 512 of a conv body, 128 of the others.
[[nodiscard]] std::int64_t width_of(const Options& options);

/// The options' environments, their frames stacked as frames_of() says. Throws as
/// make_environments() does.
[[nodiscard]] std::unique_ptr<VectorEnvironment> environments_for(const Options& options, std::size_t count,
                                                                  std::uint64_t seed, Purpose purpose);

}  // namespace pbt::rl
