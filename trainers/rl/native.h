#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "rl/environment.h"

namespace pbt::rl {

using trainers::Random;

/// What a step of one environment led to.
struct Result {
  double reward = 0;
  bool terminated = false;
  bool truncated = false;
};

/// What one environment is to do: a choice for each discrete part, a number for each continuous one.
struct Action {
  const std::int64_t* choices;
  const float* reals;
};

/// Where environment `i` writes its elements of a leaf of `size` elements.
[[nodiscard]] inline float* row(Values& values, std::size_t i, std::size_t size) {
  return values.reals.data() + i * size;
}
[[nodiscard]] inline std::uint8_t* byte_row(Values& values, std::size_t i, std::size_t size) {
  return values.bytes.data() + i * size;
}

/// Space for what `count` environments see.
[[nodiscard]] Observations observations_for(const Spaces& spaces, std::size_t count);

/// Several of one `Environment` side by side. An Environment is default-constructible, movable, and has
///   static Spaces spaces();
///   void reset(Random& random);                                  begins an episode
///   Result step(const Action& action, Random& random);           its own limit of steps included
///   void observe(Observations& all, std::size_t i) const;        writes row i of every leaf, and of `allowed`
template <class Environment>
class NativeEnvironments final : public VectorEnvironment {
 public:
  /// Environment i draws its episodes from the stream (seed, purpose, i).
  NativeEnvironments(std::size_t count, std::uint64_t seed, Purpose purpose)
      : spaces_(Environment::spaces()),
        environments_(count),
        observations_(observations_for(spaces_, count)),
        running_returns_(count, 0.0) {
    outcomes_.rewards.resize(count);
    outcomes_.terminated.resize(count);
    outcomes_.truncated.resize(count);
    outcomes_.reached = observations_;
    for (std::size_t i = 0; i < count; ++i) {
      randoms_.emplace_back(seed, purpose, i);
      environments_[i].reset(randoms_[i]);
      environments_[i].observe(observations_, i);
    }
  }

  [[nodiscard]] const Spaces& spaces() const override { return spaces_; }
  [[nodiscard]] std::size_t size() const override { return environments_.size(); }
  [[nodiscard]] const Observations& observations() const override { return observations_; }
  [[nodiscard]] std::vector<double> take_returns() override { return std::exchange(finished_returns_, {}); }

  const Outcomes& step(const Actions& actions) override {
    const std::size_t parts = spaces_.action.choices.size();
    const std::size_t reals = spaces_.action.low.size();
    assert(actions.choices.size() == parts * size() && actions.reals.size() == reals * size());
    for (std::size_t i = 0; i < size(); ++i) {
      const Result result =
          environments_[i].step({actions.choices.data() + i * parts, actions.reals.data() + i * reals}, randoms_[i]);
      outcomes_.rewards[i] = result.reward;
      outcomes_.terminated[i] = static_cast<char>(result.terminated);
      outcomes_.truncated[i] = static_cast<char>(result.truncated);
      running_returns_[i] += result.reward;
      environments_[i].observe(outcomes_.reached, i);
      if (outcomes_.over(i)) {
        finished_returns_.push_back(std::exchange(running_returns_[i], 0.0));
        environments_[i].reset(randoms_[i]);
      }
      environments_[i].observe(observations_, i);
    }
    return outcomes_;
  }

 private:
  Spaces spaces_;
  std::vector<Environment> environments_;
  std::vector<Random> randoms_;
  Observations observations_;
  Outcomes outcomes_;
  std::vector<double> running_returns_;
  std::vector<double> finished_returns_;
};

}  // namespace pbt::rl
