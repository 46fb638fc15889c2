#pragma once

#include <cstdint>
#include <vector>

#include "lander/lunar_lander.h"

namespace pbt::lander {

/// Several landers stepped in turn on one thread; an episode that is over is followed by a new one at once.
class VectorEnv {
 public:
  /// Lander i draws its episodes from the stream (seed, purpose, i).
  VectorEnv(std::size_t count, std::uint64_t seed, Purpose purpose);

  [[nodiscard]] std::size_t size() const { return landers_.size(); }
  /// What each lander sees now; the first sight of a new episode where the last one has ended.
  [[nodiscard]] const std::vector<Observation>& observations() const { return observations_; }

  /// One step of each lander. Entry i of the answer is what lander i's action led to, its observation the one from
  /// before any reset. Valid until the next step.
  const std::vector<Outcome>& step(const std::vector<Action>& actions);

  /// The returns of the episodes that ended since the last call, in the order of their ends.
  std::vector<double> take_returns();

 private:
  std::vector<LunarLander> landers_;
  std::vector<Random> randoms_;
  std::vector<Observation> observations_;
  std::vector<Outcome> outcomes_;
  std::vector<double> running_returns_;
  std::vector<double> finished_returns_;
};

}  // namespace pbt::lander
