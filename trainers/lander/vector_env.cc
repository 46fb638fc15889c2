#include "lander/vector_env.h"

#include <cassert>
#include <utility>

namespace pbt::lander {

VectorEnv::VectorEnv(std::size_t count, std::uint64_t seed, Purpose purpose)
    : landers_(count), outcomes_(count), running_returns_(count, 0.0) {
  for (std::size_t i = 0; i < count; ++i) {
    randoms_.emplace_back(seed, purpose, i);
    observations_.push_back(landers_[i].reset(randoms_[i]));
  }
}

const std::vector<Outcome>& VectorEnv::step(const std::vector<Action>& actions) {
  assert(actions.size() == size());
  for (std::size_t i = 0; i < size(); ++i) {
    outcomes_[i] = landers_[i].step(actions[i], randoms_[i]);
    running_returns_[i] += outcomes_[i].reward;
    if (!outcomes_[i].over()) {
      observations_[i] = outcomes_[i].observation;
      continue;
    }
    finished_returns_.push_back(std::exchange(running_returns_[i], 0.0));
    observations_[i] = landers_[i].reset(randoms_[i]);
  }
  return outcomes_;
}

std::vector<double> VectorEnv::take_returns() { return std::exchange(finished_returns_, {}); }

}  // namespace pbt::lander
