#pragma once

#include <memory>
#include <vector>

#include "pbt/population.h"

// Populations for tests, without a store.
namespace pbt {

inline TurnPointer make_turn(TurnKey key, double score, std::int64_t to_step = 10,
                             Hyperparameters hyperparameters = {}) {
  auto turn = std::make_shared<Turn>();
  turn->key = key;
  turn->score = score;
  turn->to_step = to_step;
  turn->hyperparameters = std::move(hyperparameters);
  return turn;
}

/// The member has just finished `turn`.
inline void finish(Population& population, const TurnPointer& turn) {
  Member& member = population.members.at(static_cast<std::size_t>(turn->key.member));
  member.turns = turn->key.index;
  member.steps_done = turn->to_step;
  member.last = turn;
  member.standing = turn;
  if (is_better(*turn, population.best.get())) population.best = turn;
  population.history.push_back(turn);
}

/// Every member has finished its first turn, 10 steps, with the score given.
inline Population population_with(const std::vector<double>& scores) {
  Population population = unborn_population(static_cast<int>(scores.size()));
  for (Member& member : population.members) {
    const double score = scores[static_cast<std::size_t>(member.id)];
    finish(population, make_turn({member.id, 1}, score, 10, {{"x", 0.5 + 0.001 * member.id}}));
  }
  return population;
}

}  // namespace pbt
