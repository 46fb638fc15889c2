#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/random.h"

namespace pbt::rl {

using trainers::Purpose;

/// One array that an agent sees. An environment's observation is a dictionary of these; one that is no dictionary has
/// one leaf, named "".
struct Leaf {
  enum class Type { real, byte };

  std::string name;
  std::vector<std::int64_t> shape;  ///< without the environments; images are [channels, height, width]
  Type type = Type::real;
  float low = 0;  ///< bounds of its elements, +-infinity where there are none
  float high = 0;

  [[nodiscard]] std::int64_t size() const;  ///< elements of one environment's array
};

/// What an agent does in a step: a choice in each discrete part, and a real number in each continuous one. Discrete
/// spaces have one part, multi-discrete ones several; boxes have continuous parts alone.
struct ActionSpace {
  std::vector<std::int64_t> choices;  ///< how many choices each discrete part has
  std::vector<float> low;             ///< of each continuous part, finite
  std::vector<float> high;
  bool masked = false;  ///< observations say which choices are allowed

  [[nodiscard]] std::int64_t choice_count() const;  ///< of all discrete parts together
};

struct Spaces {
  std::vector<Leaf> observation;
  ActionSpace action;
};

/// Values of one leaf, of all environments: [environments, leaf.shape], row-major, in the vector of the leaf's type.
struct Values {
  std::vector<float> reals;
  std::vector<std::uint8_t> bytes;
};

struct Observations {
  std::vector<Values> leaves;  ///< in the order of Spaces::observation
  /// [environments, choice_count]: 1 where the choice is allowed, the parts side by side. At least one of each part is.
  /// Empty unless the action space is masked.
  std::vector<std::uint8_t> allowed;
};

struct Actions {
  std::vector<std::int64_t> choices;  ///< [environments, discrete parts], each from 0
  std::vector<float> reals;           ///< [environments, continuous parts], within the bounds
};

/// What a step of each environment led to.
struct Outcomes {
  std::vector<double> rewards;   ///< to learn from: clipped, say, where the environment was made for training
  std::vector<char> terminated;  ///< the episode is over, nothing follows: the value of what comes is 0
  std::vector<char> truncated;   ///< the episode is cut off, where it could have gone on
  Observations reached;          ///< what each saw then: before any reset
  [[nodiscard]] bool over(std::size_t i) const { return terminated[i] != 0 || truncated[i] != 0; }
};

/// Several environments of one kind, stepped together on one thread. An episode that is over is followed by a new one
/// at once. All that happens is a function of the seed, the purpose and the actions.
class VectorEnvironment {
 public:
  virtual ~VectorEnvironment() = default;
  [[nodiscard]] virtual const Spaces& spaces() const = 0;
  [[nodiscard]] virtual std::size_t size() const = 0;
  /// What each sees now; the first sight of a new episode where the last one has ended. Valid until the next step.
  [[nodiscard]] virtual const Observations& observations() const = 0;
  /// One step of each. Valid until the next step. Throws std::runtime_error when an environment fails.
  virtual const Outcomes& step(const Actions& actions) = 0;
  /// The returns of the episodes that ended since the last call, in the order of their ends: of whole games and whole
  /// rewards, whatever `rewards` is made of.
  [[nodiscard]] virtual std::vector<double> take_returns() = 0;
};

/// Which environment, and how it is prepared.
struct EnvironmentOptions {
  /// "LunarLander-v3" and the other native ones by their Gymnasium names; "gymnasium:NAME", "atari:GAME",
  /// "vizdoom:NAME", "deepmind_lab:LEVEL", "starcraft2:MAP" through Python.
  std::string name = "LunarLander-v3";
  int frame_stack = 0;      ///< how many of the latest observations the agent sees at once; 0: frames_of()
  std::string python = "";  ///< the interpreter whose packages are used, e.g. that of a virtual environment; empty:
                            ///< $VIRTUAL_ENV's, else the system's
};

/// `frame_stack` where it is given, else what is usual: 4 of Atari's games and ViZDoom's scenarios, 1 of all others.
[[nodiscard]] int frames_of(const EnvironmentOptions& options);

/// Makes `count` environments; environment i draws from the stream (seed, purpose, i). Purpose::training makes them for
/// learning (clipped rewards, lost lives as ends, where the environment has such); others for scoring.
/// Throws std::invalid_argument where there is no such environment, with the nearest names and what to install, or
/// where its spaces do not fit an agent.
[[nodiscard]] std::unique_ptr<VectorEnvironment> make_environments(const EnvironmentOptions& options, std::size_t count,
                                                                   std::uint64_t seed, Purpose purpose);

}  // namespace pbt::rl
