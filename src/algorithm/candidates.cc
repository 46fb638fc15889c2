#include "algorithm/candidates.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "algorithm/settings.h"

namespace pbt {
namespace {

Candidate make_candidate(const Member& member, const TurnPointer& turn, bool held) {
  const bool ranked = std::isfinite(turn->score) && !member.broken;
  return {member.id, ranked ? turn->score : -std::numeric_limits<double>::infinity(), &turn, held};
}

/// Each member's latest complete turn of its own up to `step`; null where there is none.
std::vector<const TurnPointer*> turns_until(const Population& population, std::int64_t step) {
  std::vector<const TurnPointer*> latest(population.members.size(), nullptr);
  for (const TurnPointer& turn : population.history) {  // in order of sequence, so later turns replace earlier ones
    if (!turn->partial && turn->to_step <= step) latest.at(static_cast<std::size_t>(turn->key.member)) = &turn;
  }
  return latest;
}

}  // namespace

std::vector<Candidate> candidates(const Population& population, int member, Compare compare) {
  const Member& own = population.members.at(static_cast<std::size_t>(member));
  const bool equal_steps = compare == Compare::equal_steps && own.standing;
  const auto earlier = equal_steps ? turns_until(population, own.standing->to_step) : std::vector<const TurnPointer*>{};
  std::vector<Candidate> all;
  all.reserve(population.members.size());
  for (const Member& other : population.members) {
    const bool by_history = equal_steps && other.id != member;
    const TurnPointer* turn = by_history ? earlier[static_cast<std::size_t>(other.id)] : &other.last;
    if (turn == nullptr || !*turn || (*turn)->partial) continue;
    const bool held = by_history || (other.standing && other.standing->key == (*turn)->key);
    all.push_back(make_candidate(other, *turn, held));
  }
  return all;
}

std::vector<Candidate> peers(const Population& population, int member, Compare compare) {
  std::vector<Candidate> all = candidates(population, member, compare);
  const TurnPointer& own = population.members.at(static_cast<std::size_t>(member)).standing;
  std::erase_if(all, [&](const Candidate& candidate) {
    const bool itself = candidate.member == member || (own && own->key == (*candidate.turn)->key);
    return itself || !candidate.can_donate();
  });
  return all;
}

const Candidate* find_member(const std::vector<Candidate>& all, int member) {
  const auto it = std::lower_bound(all.begin(), all.end(), member,
                                   [](const Candidate& candidate, int id) { return candidate.member < id; });
  return it == all.end() || it->member != member ? nullptr : &*it;
}

Compare compare_setting(const Experiment& experiment) {
  SettingsReader reader(experiment.algorithm.settings, "[algorithm]");
  return static_cast<Compare>(reader.one_of("compare", {"latest", "equal_steps"}, 0));
}

std::string ordinal(std::size_t n) {
  const bool teen = n % 100 >= 11 && n % 100 <= 13;
  const char* end = teen ? "th" : n % 10 == 1 ? "st" : n % 10 == 2 ? "nd" : n % 10 == 3 ? "rd" : "th";
  return std::to_string(n) + end;
}

}  // namespace pbt
