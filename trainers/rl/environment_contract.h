#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <vector>

#include "rl/drawing.h"
#include "rl/environment.h"

/// What every VectorEnvironment keeps, checked by playing at random.
namespace pbt::rl::contract {

using Make = std::function<std::unique_ptr<VectorEnvironment>(std::size_t count, std::uint64_t seed, Purpose purpose)>;

inline void expect_fitting(const Observations& seen, const Spaces& spaces, std::size_t count) {
  ASSERT_EQ(seen.leaves.size(), spaces.observation.size());
  for (std::size_t k = 0; k < seen.leaves.size(); ++k) {
    const Leaf& leaf = spaces.observation[k];
    const std::size_t size = count * static_cast<std::size_t>(leaf.size());
    EXPECT_EQ(seen.leaves[k].reals.size(), leaf.type == Leaf::Type::real ? size : 0) << leaf.name;
    EXPECT_EQ(seen.leaves[k].bytes.size(), leaf.type == Leaf::Type::byte ? size : 0) << leaf.name;
    for (const float value : seen.leaves[k].reals) ASSERT_TRUE(value >= leaf.low && value <= leaf.high) << leaf.name;
  }
  const auto choices = static_cast<std::size_t>(spaces.action.choice_count());
  ASSERT_EQ(seen.allowed.size(), spaces.action.masked ? count * choices : 0);
  const std::uint8_t* allowed = seen.allowed.data();
  for (std::size_t i = 0; i < count && spaces.action.masked; ++i)
    for (const std::int64_t part : spaces.action.choices) {
      EXPECT_NE(std::count(allowed, allowed + part, 1), 0) << "one choice of each part is allowed";
      allowed += part;
    }
}

inline bool equal(const Observations& a, const Observations& b) {
  if (a.leaves.size() != b.leaves.size() || a.allowed != b.allowed) return false;
  for (std::size_t k = 0; k < a.leaves.size(); ++k)
    if (a.leaves[k].reals != b.leaves[k].reals || a.leaves[k].bytes != b.leaves[k].bytes) return false;
  return true;
}

/// Actions at random that the masks allow.
inline Actions random_actions(const Spaces& spaces, const Observations& seen, std::size_t count, Random& random) {
  const ActionSpace& space = spaces.action;
  const std::vector<float> zeros(static_cast<std::size_t>(space.choice_count()) + space.low.size(), 0.0F);
  const std::vector<float> ones(space.low.size(), 1.0F);
  Actions actions;
  actions.choices.resize(count * space.choices.size());
  std::vector<float> drawn(count * space.low.size());
  for (std::size_t i = 0; i < count; ++i) {
    const auto offset = i * static_cast<std::size_t>(space.choice_count());
    draw(space, {zeros.data(), seen.allowed.empty() ? nullptr : seen.allowed.data() + offset, ones.data()},
         Mode::sampled, random, actions.choices.data() + i * space.choices.size(), drawn.data() + i * space.low.size());
  }
  if (!drawn.empty()) actions.reals = within_bounds(space, drawn);
  return actions;
}

/// All that can be seen of some steps at random.
struct Record {
  std::vector<Observations> seen;
  std::vector<Outcomes> outcomes;
  std::vector<double> returns;
};

inline Record play(VectorEnvironment& environments, int steps) {
  Record record;
  Random random(1, Purpose::actions);
  for (int t = 0; t < steps; ++t) {
    record.seen.push_back(environments.observations());
    record.outcomes.push_back(environments.step(
        random_actions(environments.spaces(), environments.observations(), environments.size(), random)));
  }
  record.returns = environments.take_returns();
  return record;
}

inline bool equal(const Record& a, const Record& b) {
  if (a.returns != b.returns || a.seen.size() != b.seen.size()) return false;
  for (std::size_t t = 0; t < a.seen.size(); ++t) {
    const Outcomes &x = a.outcomes[t], &y = b.outcomes[t];
    if (!equal(a.seen[t], b.seen[t]) || !equal(x.reached, y.reached) || x.rewards != y.rewards ||
        x.terminated != y.terminated || x.truncated != y.truncated)
      return false;
  }
  return true;
}

/// Three environments, for `steps` steps: enough that an episode ends, if `ends`.
inline void keeps_it(const Make& make, int steps, bool ends) {
  constexpr std::size_t count = 3;
  const auto environments = make(count, 5, Purpose::evaluation);
  ASSERT_EQ(environments->size(), count);
  const Spaces spaces = environments->spaces();
  for (std::size_t k = 0; k < spaces.action.low.size(); ++k)
    EXPECT_TRUE(std::isfinite(spaces.action.low[k]) && spaces.action.low[k] < spaces.action.high[k]);
  const Record record = play(*environments, steps);
  std::size_t over = 0;
  for (std::size_t t = 0; t < record.seen.size(); ++t) {
    expect_fitting(record.seen[t], spaces, count);
    expect_fitting(record.outcomes[t].reached, spaces, count);
    std::size_t over_now = 0;
    for (std::size_t i = 0; i < count; ++i) over_now += record.outcomes[t].over(i) ? 1 : 0;
    const Observations& next = t + 1 < record.seen.size() ? record.seen[t + 1] : environments->observations();
    EXPECT_TRUE(over_now > 0 || equal(record.outcomes[t].reached, next)) << "what is reached is seen next";
    over += over_now;
  }
  EXPECT_EQ(over > 0, ends) << "give the contract enough steps";
  EXPECT_EQ(record.returns.size(), over) << "a scored episode is one return";
  EXPECT_TRUE(environments->take_returns().empty()) << "returns are taken once";
  EXPECT_TRUE(equal(record, play(*make(count, 5, Purpose::evaluation), steps))) << "a seed repeats everything";
  EXPECT_FALSE(equal(record, play(*make(count, 6, Purpose::evaluation), steps))) << "another seed is another story";
  EXPECT_FALSE(equal(record, play(*make(count, 5, Purpose::exam), steps))) << "another purpose is, too";
}

}  // namespace pbt::rl::contract
