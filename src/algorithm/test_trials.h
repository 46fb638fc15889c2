#pragma once

#include <string>
#include <vector>

#include "algorithm/test_population.h"
#include "pbt/experiment.h"

// Trials of Bayesian optimisation for tests, without a store.
namespace pbt {

inline Parameter range(const std::string& name, double low, double high, Scale scale = Scale::linear) {
  return {name, RealRange{low, high, scale}, {}, false, {}, {}};
}

inline Experiment experiment_over(std::vector<Parameter> parameters, int trials) {
  Experiment experiment;
  experiment.population = trials;
  experiment.interval = 10;
  experiment.budget.steps = 10;
  experiment.algorithm.type = "bayesian";
  experiment.space.parameters = std::move(parameters);
  return experiment;
}

/// The trial is under way with these values.
inline void begins(Population& population, int member, const Hyperparameters& values) {
  Member& own = population.members.at(static_cast<std::size_t>(member));
  auto decision = std::make_shared<Decision>();
  decision->member = member;
  decision->kind = DecisionKind::start;
  decision->hyperparameters = values;
  own.next = decision;
  own.state = MemberState::ready;
}

inline void ends(Population& population, int member, double score) {
  Member& own = population.members.at(static_cast<std::size_t>(member));
  finish(population, make_turn({member, 1}, score, 10, own.next->hyperparameters));
  own.state = MemberState::stopped;
}

}  // namespace pbt
