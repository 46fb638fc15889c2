#include <cassert>

#include "algorithm/builtin.h"
#include "pbt/algorithm.h"

namespace pbt {
namespace {

/// A donor's checkpoint that is gone at every commit must not keep a member from ever going on.
constexpr int kCopyAttempts = 20;

/// Why `member` trains no more; empty while it does.
std::string end_of_budget(const Experiment& experiment, const Population& population, const Member& member) {
  const Budget& budget = experiment.budget;
  if (member.steps_done >= budget.steps) return "budget of " + std::to_string(budget.steps) + " steps reached";
  if (budget.total_steps > 0 && population.steps_done() >= budget.total_steps) {
    return "budget of " + std::to_string(budget.total_steps) + " total steps reached";
  }
  const bool on_target =
      budget.target && population.best && population.best->score >= experiment.objective.score(*budget.target);
  if (on_target) return "target reached by " + to_string(population.best->key);
  return "";
}

Choice choose(const Experiment& experiment, const Algorithm& algorithm, const Population& population,
              const Member& member, int attempt, Random& random) {
  // Whether a faster member has reached the target yet may not show in a synchronous record: its first round is whole.
  const bool in_first_round = experiment.synchronous && member.state == MemberState::unborn;
  if (std::string reason = end_of_budget(experiment, population, member); !reason.empty() && !in_first_round)
    return stop_with(member, std::move(reason));
  if (member.broken) return algorithm.replace(population, member.id, random);
  if (!member.last) return algorithm.first(population, member.id, random);
  if (member.last->partial)
    return proceed_with(member, member.last->hyperparameters, "continues a turn that was cut short");
  Choice choice = algorithm.after_turn(population, member.id, random);
  if (choice.kind == DecisionKind::copy && attempt >= kCopyAttempts) {
    return proceed_with(member, member.last->hyperparameters,
                        "goes on alone: its donors' checkpoints were removed each time");
  }
  return choice;
}

}  // namespace

Decision decide(const Experiment& experiment, const Algorithm& algorithm, const Population& population, TurnKey key,
                int revision, std::int64_t snapshot, int attempt) {
  const Member& member = population.members.at(static_cast<std::size_t>(key.member));
  assert(member.id == key.member && member.turns == key.index && (member.last != nullptr) == (key.index > 0));
  Random random{experiment.seed, static_cast<std::uint64_t>(key.member), static_cast<std::uint64_t>(key.index),
                static_cast<std::uint64_t>(revision), static_cast<std::uint64_t>(attempt)};
  Choice choice = choose(experiment, algorithm, population, member, attempt, random);
  Decision decision;
  decision.member = key.member;
  decision.turn = key.index;
  decision.revision = revision;
  decision.kind = choice.kind;
  decision.weights = choice.weights;
  decision.donor = choice.donor;
  decision.hyperparameters = std::move(choice.hyperparameters);
  decision.reason = std::move(choice.reason);
  decision.snapshot = snapshot;
  decision.attempt = attempt;
  return decision;
}

}  // namespace pbt
