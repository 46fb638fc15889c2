#include "pbt/population.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <utility>

namespace pbt {

std::string to_string(MemberState state) {
  switch (state) {
    case MemberState::unborn:
      return "unborn";
    case MemberState::ready:
      return "ready";
    case MemberState::undecided:
      return "undecided";
    case MemberState::waiting:
      return "waiting";
    case MemberState::stopped:
      return "stopped";
  }
  return "?";
}

double Member::score() const { return standing ? standing->score : -std::numeric_limits<double>::infinity(); }

std::int64_t Population::steps_done() const {
  std::int64_t steps = 0;
  for (const Member& member : members) steps += member.steps_done + member.steps_lost;
  return steps;
}

bool Population::finished() const {
  return std::all_of(members.begin(), members.end(),
                     [](const Member& member) { return member.state == MemberState::stopped; });
}

Population unborn_population(int size) {
  Population population;
  population.members.resize(static_cast<std::size_t>(size));
  for (int id = 0; id < size; ++id) population.members[static_cast<std::size_t>(id)].id = id;
  return population;
}

bool is_better(const Turn& turn, const Turn* best) {
  if (turn.partial || !std::isfinite(turn.score)) return false;
  if (best == nullptr || turn.score != best->score) return best == nullptr || turn.score > best->score;
  // By name, not by time of commit, so that a synchronous run has the same best whatever the order of its workers.
  return std::pair(turn.key.index, turn.key.member) < std::pair(best->key.index, best->key.member);
}

void apply(Member& member, const TurnPointer& turn) {
  assert(turn->key.member == member.id && turn->key.index == member.turns + 1);
  member.turns = turn->key.index;
  member.steps_done += turn->steps();
  member.failures = 0;
  member.setbacks = 0;
  member.broken = false;
  member.last = turn;
  member.standing = turn;
  member.state = MemberState::undecided;
}

void apply(Member& member, const DecisionPointer& decision, const TurnLookup& find) {
  assert(decision->member == member.id && decision->turn == member.turns);
  switch (decision->kind) {
    case DecisionKind::start:
    case DecisionKind::proceed:
    case DecisionKind::copy:
      member.state = MemberState::ready;
      break;
    case DecisionKind::wait:
      member.state = MemberState::waiting;
      break;
    case DecisionKind::stop:
      member.state = MemberState::stopped;
      break;
  }
  // Weights and score come from one turn: where the next turn starts is where the member stands.
  if (!decision->weights) {
    member.standing = nullptr;
  } else if (!member.standing || member.standing->key != *decision->weights) {
    member.standing = find(*decision->weights);
    assert(member.standing);
  }
  if (member.broken) member.failures = 0;
  member.broken = false;
  member.next = decision;
}

void apply(Member& member, const Failure& failure, bool broken) {
  assert(failure.turn.member == member.id);
  member.steps_lost += failure.steps_lost;
  ++member.failures;
  ++member.setbacks;
  member.broken = broken;
  if (broken) member.state = MemberState::undecided;
}

void apply(Population& population, const TurnPointer& turn) {
  apply(population.members.at(static_cast<std::size_t>(turn->key.member)), turn);
  if (is_better(*turn, population.best.get())) population.best = turn;
  population.sequence = std::max(population.sequence, turn->sequence);
}

void apply(Population& population, const DecisionPointer& decision, const TurnLookup& find) {
  apply(population.members.at(static_cast<std::size_t>(decision->member)), decision, find);
  if (decision->kind == DecisionKind::start) ++population.starts;
  population.sequence = std::max(population.sequence, decision->sequence);
}

void apply(Population& population, const Failure& failure, bool broken) {
  apply(population.members.at(static_cast<std::size_t>(failure.turn.member)), failure, broken);
  population.sequence = std::max(population.sequence, failure.sequence);
}

}  // namespace pbt
