#include <gtest/gtest.h>

#include <map>

#include "algorithm/test_population.h"
#include "pbt/algorithm.h"

namespace pbt {
namespace {

/// A population whose scores are noise alone, so that any turn may look like a lucky one. Members train in turn, 10
/// steps each, as an asynchronous run serves them.
class Noisy {
 public:
  explicit Noisy(Experiment experiment)
      : experiment_(std::move(experiment)), algorithm_(make_algorithm(experiment_, builtin_strategies())) {
    for (const Member& member : population_.members) decide_for(member);
  }

  void train_all_once() {
    for (const Member& member : population_.members) {
      const std::int64_t from = member.standing ? member.standing->to_step : 0;
      const TurnPointer turn = make_turn({member.id, member.turns + 1}, noise_.uniform(), from + 10);
      turns_[turn->key] = turn;
      population_.history.push_back(turn);
      apply(population_, turn);
      decide_for(member);
    }
  }

  const Population& population() const { return population_; }
  std::int64_t oldest_weights() const {
    std::int64_t oldest = 0;
    for (const Member& member : population_.members) oldest = std::max(oldest, member.standing->to_step);
    return oldest;
  }
  int copies() const { return copies_; }
  int copies_of_what_nobody_holds() const { return stale_copies_; }

 private:
  void decide_for(const Member& member) {
    const auto decision = std::make_shared<const Decision>(
        decide(experiment_, *algorithm_, population_, {member.id, member.turns}, 0, 0, 0));
    if (decision->donor) {
      ++copies_;
      const Member& donor = population_.members.at(static_cast<std::size_t>(decision->donor->member));
      if (donor.standing->key != *decision->donor) ++stale_copies_;
      if (donor.last->key != *decision->donor) ++stale_copies_;
    }
    apply(population_, decision, [&](TurnKey key) { return turns_.at(key); });
  }

  Experiment experiment_;
  std::unique_ptr<Algorithm> algorithm_;
  Population population_ = unborn_population(experiment_.population);
  std::map<TurnKey, TurnPointer> turns_;
  Random noise_{1};
  int copies_ = 0;
  int stale_copies_ = 0;
};

Experiment with_exploit(const std::string& name, Settings settings = {}) {
  Experiment experiment;
  experiment.population = 8;
  experiment.budget.steps = 1'000'000;
  experiment.algorithm.exploit = {name, std::move(settings)};
  return experiment;
}

TEST(NoisyScores, DoNotLetOneLuckyTurnHoldThePopulationBack) {
  for (const std::string compare : {"latest", "equal_steps"}) {
    Experiment experiment = with_exploit("truncation", {{"fraction", 0.25}});
    experiment.algorithm.settings["compare"] = compare;
    Noisy noisy(experiment);
    for (int round = 0; round < 100; ++round) noisy.train_all_once();
    EXPECT_GE(noisy.oldest_weights(), 800) << compare << ": of the 1,000 steps that each member has trained";
    EXPECT_NEAR(noisy.copies(), 200, 40) << compare << ": a quarter of 800 turns ranks in the last quarter";
  }
}

TEST(NoisyScores, AreCopiedOnlyWithTheWeightsThatMemberStillHolds) {
  for (const std::string exploit : {"truncation", "binary_tournament"}) {
    Noisy noisy(with_exploit(exploit));
    for (int round = 0; round < 100; ++round) noisy.train_all_once();
    EXPECT_GT(noisy.copies(), 100) << exploit;
    EXPECT_EQ(noisy.copies_of_what_nobody_holds(), 0) << exploit;
  }
}

}  // namespace
}  // namespace pbt
