#pragma once

#include <algorithm>

#include "rl/classic_control.h"
#include "rl/lunar_lander.h"

namespace pbt::rl {

/// The lunar lander among others: choices as lander::Action numbers them.
class LunarLanderEnvironment {
 public:
  static Spaces spaces() { return {vector_leaf(lander::observation_size), {{lander::action_count}, {}, {}, false}}; }

  void reset(Random& random) { seen_ = lander_.reset(random); }

  Result step(const Action& action, Random& random) {
    const lander::Outcome outcome = lander_.step(static_cast<lander::Action>(action.choices[0]), random);
    seen_ = outcome.observation;
    return {outcome.reward, outcome.terminated, outcome.truncated};
  }

  void observe(Observations& all, std::size_t i) const {
    std::copy(seen_.begin(), seen_.end(), row(all.leaves[0], i, seen_.size()));
  }

 private:
  lander::LunarLander lander_;
  lander::Observation seen_{};
};

}  // namespace pbt::rl
