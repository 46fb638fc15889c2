#include "view/doctor_decision.h"

#include <fmt/format.h>

#include <cstdio>
#include <limits>

namespace pbt {
namespace {

constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

/// Puts back what one entry more has changed; a copy of the whole population for each decision would be too slow.
class Restored {
 public:
  Restored(Population& population, int member)
      : population_(population),
        member_(population.members[static_cast<std::size_t>(member)]),
        best_(population.best),
        sequence_(population.sequence),
        history_(population.history.size()) {}
  ~Restored() {
    const auto id = static_cast<std::size_t>(member_.id);
    population_.members[id] = std::move(member_);
    population_.best = std::move(best_);
    population_.sequence = sequence_;
    population_.history.resize(history_);
  }
  Restored(const Restored&) = delete;
  Restored& operator=(const Restored&) = delete;

 private:
  Population& population_;
  Member member_;
  TurnPointer best_;
  std::int64_t sequence_;
  std::size_t history_;
};

/// Reasons are words for people and may change from one version to the next.
bool is_same(const Decision& a, const Decision& b) {
  return a.kind == b.kind && a.weights == b.weights && a.donor == b.donor && a.hyperparameters == b.hyperparameters;
}

std::string describe(const Decision& decision) {
  std::string text = to_string(decision.kind);
  if (decision.donor) text += " " + to_string(*decision.donor);
  if (decision.weights) text += fmt::format(" from {}", to_string(*decision.weights));
  for (const auto& [name, value] : decision.hyperparameters) text += fmt::format(" {}={}", name, to_string(value));
  return fmt::format("{} ({})", text, decision.reason);
}

/// The budget under which a stop was recorded, by its reason; today's may be larger.
Budget budget_named(const Experiment& experiment, const Population& population, const std::string& reason) {
  Budget budget{.steps = kNoLimit};
  long long steps = 0;
  int used = 0;
  const auto matches = [&](const char* format) {
    used = 0;
    return std::sscanf(reason.c_str(), format, &steps, &used) == 1 && used == static_cast<int>(reason.size());
  };
  if (matches("budget of %lld steps reached%n")) {
    budget.steps = steps;
  } else if (matches("budget of %lld total steps reached%n")) {
    budget.total_steps = steps;
  } else if (population.best && reason == "target reached by " + to_string(population.best->key)) {
    budget.target = experiment.objective.metric_value(population.best->score);
  }
  return budget;
}

}  // namespace

bool is_by_hand(const Decision& decision) {
  return decision.reason.starts_with("rewind:") || decision.reason.starts_with("inject:");
}

std::string name_of(const Decision& decision) {
  return to_string(TurnKey{decision.member, decision.turn}) + " revision " + std::to_string(decision.revision);
}

Recomputed decide_again(const Experiment& experiment, const Algorithm& algorithm, Population& population,
                        const Decision& recorded, const TurnPointer& turn, const Failure* failure) {
  if (is_by_hand(recorded)) return {Recomputed::by_hand, ""};
  Member& member = population.members.at(static_cast<std::size_t>(recorded.member));
  if (recorded.revision > 0 && member.state == MemberState::stopped) return {Recomputed::resumed, ""};
  const Restored restored(population, recorded.member);
  if (recorded.revision == 0 && turn && turn->key.index == member.turns + 1) {
    apply(population, turn);
    if (algorithm.history_turns() != 0) population.history.push_back(turn);
  } else if (recorded.revision > 0 && failure != nullptr && failure->turn == TurnKey{member.id, member.turns + 1}) {
    apply(population, *failure, /*broken=*/true);
  }
  if (member.turns != recorded.turn || (member.last != nullptr) != (recorded.turn > 0))
    return {Recomputed::different,
            fmt::format("its snapshot {} holds {} turns of the member", recorded.snapshot, member.turns)};
  if (recorded.revision > 0 && !member.broken && member.state != MemberState::waiting)
    return {Recomputed::different,
            fmt::format("the member was {}, so there was nothing to decide again", to_string(member.state))};

  const auto compute = [&](const Experiment& under) {
    return decide(under, algorithm, population, {recorded.member, recorded.turn}, recorded.revision, recorded.snapshot,
                  recorded.attempt);
  };
  const Decision today = compute(experiment);
  if (is_same(today, recorded)) return {Recomputed::same, ""};
  if (recorded.kind == DecisionKind::stop || today.kind == DecisionKind::stop) {
    Experiment then = experiment;
    then.budget = budget_named(experiment, population, recorded.kind == DecisionKind::stop ? recorded.reason : "");
    if (is_same(compute(then), recorded)) return {Recomputed::under_another_budget, ""};
  }
  return {Recomputed::different, fmt::format("recorded {}; computed again on its snapshot {}: {}", describe(recorded),
                                             recorded.snapshot, describe(today))};
}

}  // namespace pbt
