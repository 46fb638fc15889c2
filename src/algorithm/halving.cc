// Asynchronous successive halving (ASHA): L. Li, K. Jamieson, A. Rostamizadeh, E. Gonina, J. Ben-tzur, M. Hardt,
// B. Recht and A. Talwalkar, "A System for Massively Parallel Hyperparameter Tuning", MLSys 2020, Algorithm 2.
//   Rung k lies at least * eta^k steps. A configuration that reaches a rung goes on as soon as it is among the best
//   1/eta of all that have reached it so far, and waits until then. Whoever is free promotes before it begins anew.
// A member is one configuration; the population is how many there can be. Where we differ: who waits when nobody is
// left that could still change its place stops there, which the paper leaves open; and the end of the budget is no
// rung, as nothing is promoted from it. A member that failed for good stops.
#include "algorithm/halving.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <tuple>

#include "algorithm/builtin.h"
#include "algorithm/settings.h"

namespace pbt {
namespace {

constexpr std::int64_t kEta = 3;

/// A member on its way through the turns, in order.
struct Climb {
  int first_turn = 0;
  std::int64_t reached = 0;  ///< the most steps of any complete turn of the configuration before the last one
  std::int64_t last = 0;     ///< of the last complete turn
};

bool is_candidate(const Member& member) {
  return member.state == MemberState::waiting || member.state == MemberState::undecided;
}

bool may_still_report(const Member& member, const Ladder& ladder) {
  if (member.state == MemberState::unborn || member.state == MemberState::ready) return true;
  const bool between_rungs = !ladder.at[static_cast<std::size_t>(member.id)];
  return member.state == MemberState::undecided && (member.broken || between_rungs);
}

class Halving final : public Algorithm {
 public:
  Halving(const Experiment& experiment, std::int64_t eta, std::int64_t least)
      : experiment_(experiment), eta_(eta), steps_(rung_steps(least, eta, experiment.budget.steps)) {}

  Order order() const override { return Order::finish_started; }
  int history_turns() const override { return -1; }
  bool waits() const override { return true; }

  Choice first(const Population&, int member, Random& random) const override {
    return first_from_space(experiment_, member, random);
  }

  Choice after_turn(const Population& population, int member, Random&) const override {
    const Member& own = population.members.at(static_cast<std::size_t>(member));
    const Hyperparameters& values = own.last->hyperparameters;
    const Ladder ladder = ladder_of(population, steps_);
    const auto rung = ladder.at[static_cast<std::size_t>(member)];
    if (!rung) return proceed_with(own, values, "between two rungs");
    const std::string place = fmt::format("rung {} of {}: {} of {}", *rung + 1, steps_.size(),
                                          place_of(ladder, member) + 1, ladder.rungs[*rung].size());
    const std::vector<int> promoted = promotable(ladder, eta_);
    if (std::ranges::find(promoted, member) != promoted.end()) return proceed_with(own, values, place + ", promoted");
    const bool can_change = places_can_change(population, ladder, promoted);
    return {can_change ? DecisionKind::wait : DecisionKind::stop, own.last->key, std::nullopt, values,
            place + (can_change ? ", waits" : ", and nobody is left who could change that")};
  }

  std::vector<int> waited_enough(const Population& population) const override {
    const Ladder ladder = ladder_of(population, steps_);
    const auto waits = [&](int id) {
      return population.members[static_cast<std::size_t>(id)].state == MemberState::waiting;
    };
    const std::vector<int> promoted = promotable(ladder, eta_);
    std::vector<int> ready;
    if (places_can_change(population, ladder, promoted)) {
      for (const int id : promoted)
        if (waits(id)) ready.push_back(id);
      std::ranges::sort(ready);
    } else {
      for (const Member& member : population.members)
        if (waits(member.id)) ready.push_back(member.id);
    }
    return ready;
  }

  Choice replace(const Population& population, int member, Random&) const override {
    return stop_with(population.members.at(static_cast<std::size_t>(member)), "failed for good");
  }

 private:
  /// Whether anybody trains, may begin to, or is to be promoted.
  [[nodiscard]] static bool places_can_change(const Population& population, const Ladder& ladder,
                                              const std::vector<int>& promoted) {
    const auto reports = [&](const Member& member) { return may_still_report(member, ladder); };
    const auto is_to_go_on = [&](int id) { return is_candidate(population.members[static_cast<std::size_t>(id)]); };
    return std::ranges::any_of(population.members, reports) || std::ranges::any_of(promoted, is_to_go_on);
  }

  Experiment experiment_;
  std::int64_t eta_;
  std::vector<std::int64_t> steps_;
};

}  // namespace

std::vector<std::int64_t> rung_steps(std::int64_t least, std::int64_t eta, std::int64_t budget) {
  std::vector<std::int64_t> steps;
  for (std::int64_t at = least; at < budget; at *= eta) {
    steps.push_back(at);
    if (at > budget / eta) break;
  }
  return steps;
}

Ladder ladder_of(const Population& population, const std::vector<std::int64_t>& steps) {
  Ladder ladder;
  ladder.rungs.resize(steps.size());
  std::vector<Climb> climbs(population.members.size());
  for (const TurnPointer& turn : population.history) {
    Climb& climb = climbs.at(static_cast<std::size_t>(turn->key.member));
    if (!turn->parent) climb = {.first_turn = turn->key.index};
    if (turn->partial) continue;
    climb.reached = std::max(climb.reached, climb.last);
    climb.last = turn->to_step;
    for (std::size_t rung = 0; rung < steps.size(); ++rung)
      if (climb.reached < steps[rung] && steps[rung] <= climb.last)
        ladder.rungs[rung].push_back({turn->key.member, climb.first_turn, turn->score});
  }
  for (auto& results : ladder.rungs)
    std::ranges::stable_sort(results, {}, [](const RungResult& r) { return std::tuple(-r.score, r.member); });
  for (const Member& member : population.members) {
    const Climb& climb = climbs[static_cast<std::size_t>(member.id)];
    std::optional<std::size_t> at;
    // A broken member's next turn starts anew, so it stands nowhere; the last turn's rung counts once it is complete.
    const bool stands = member.last && !member.broken && !member.last->partial;
    for (std::size_t rung = 0; stands && rung < steps.size(); ++rung)
      if (climb.reached < steps[rung] && steps[rung] <= climb.last) at = rung;
    ladder.at.push_back(at);
    ladder.first_turn.push_back(climb.first_turn);
  }
  return ladder;
}

std::size_t place_of(const Ladder& ladder, int member) {
  const auto id = static_cast<std::size_t>(member);
  const auto& results = ladder.rungs[ladder.at[id].value()];
  const auto own = std::ranges::find_if(results, [&](const RungResult& result) {
    return result.member == member && result.first_turn == ladder.first_turn[id];
  });
  return static_cast<std::size_t>(own - results.begin());
}

std::vector<int> promotable(const Ladder& ladder, std::int64_t eta) {
  std::vector<int> members;
  for (std::size_t rung = 0; rung < ladder.rungs.size(); ++rung) {
    const auto& results = ladder.rungs[rung];
    for (std::size_t place = 0; place < results.size() / static_cast<std::size_t>(eta); ++place) {
      const RungResult& result = results[place];
      const auto id = static_cast<std::size_t>(result.member);
      const bool stands_there = ladder.at[id] == rung && ladder.first_turn[id] == result.first_turn;
      if (stands_there && std::isfinite(result.score)) members.push_back(result.member);
    }
  }
  return members;
}

std::unique_ptr<Algorithm> make_halving(const Experiment& experiment, const Strategies&) {
  SettingsReader reader(experiment.algorithm.settings, "[algorithm] type \"halving\"");
  const std::int64_t eta = reader.integer("eta", kEta, 2, 1000);
  const std::int64_t least =
      reader.integer("least_steps", experiment.interval, 1, std::numeric_limits<std::int64_t>::max());
  reader.finish();
  if (least >= experiment.budget.steps)
    reader.fail("least_steps", fmt::format("must be less than the {} steps of a member's budget: {} leaves no rung",
                                           experiment.budget.steps, least));
  return std::make_unique<Halving>(experiment, eta, least);
}

}  // namespace pbt
