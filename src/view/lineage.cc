#include "view/lineage.h"

#include <algorithm>
#include <set>

#include "pbt/error.h"

namespace pbt {
namespace {

template <typename Entry, typename Read, typename Sequence>
std::vector<Entry> all(const Read& read, const Sequence& sequence) {
  std::vector<Entry> result;
  std::int64_t after = 0;
  for (;;) {
    std::vector<Entry> page = read(after);
    if (page.empty()) return result;
    after = sequence(page.back());
    std::move(page.begin(), page.end(), std::back_inserter(result));
  }
}

}  // namespace

std::vector<TurnPointer> lineage(const RunReader& reader, TurnKey end) { return lineage_after(reader, end, {}); }

std::vector<TurnPointer> lineage_after(const RunReader& reader, TurnKey end, std::optional<TurnKey> before) {
  std::vector<TurnPointer> chain;
  for (TurnPointer turn = reader.turn(end); turn && turn->key != before;
       turn = turn->parent ? reader.turn(*turn->parent) : nullptr) {
    if (!chain.empty() && turn->sequence >= chain.back()->sequence)
      throw StoreError("the record is damaged: " + to_string(chain.back()->key) + " started from " +
                       to_string(turn->key) + ", which came after it; restore a copy, and see `pbt doctor`");
    chain.push_back(turn);
  }
  std::reverse(chain.begin(), chain.end());
  return chain;
}

std::vector<TurnPointer> lineage(const std::vector<TurnPointer>& turns, TurnKey end) {
  std::vector<TurnPointer> chain;
  std::optional<TurnKey> wanted = end;
  for (auto turn = turns.rbegin(); turn != turns.rend() && wanted; ++turn) {
    if ((*turn)->key != *wanted) continue;
    chain.push_back(*turn);
    wanted = (*turn)->parent;
  }
  std::reverse(chain.begin(), chain.end());
  return chain;
}

std::vector<ScheduleRow> schedule(const std::vector<TurnPointer>& lineage) {
  std::vector<ScheduleRow> rows;
  int iterations = 0;
  for (const TurnPointer& turn : lineage) {
    if (rows.empty() || rows.back().hyperparameters != turn->hyperparameters) {
      rows.push_back(
          {turn->from_step, turn->to_step, turn->key, turn->key, iterations, turn->score, turn->hyperparameters});
    }
    rows.back().to_step = turn->to_step;
    rows.back().last = turn->key;
    rows.back().score = turn->score;
    if (!turn->partial) ++iterations;
  }
  return rows;
}

std::vector<TurnPointer> all_turns(const RunReader& reader) {
  return all<TurnPointer>([&](std::int64_t after) { return reader.turns(after, entries_a_page); },
                          [](const TurnPointer& turn) { return turn->sequence; });
}

std::vector<Decision> all_decisions(const RunReader& reader) {
  return all<Decision>([&](std::int64_t after) { return reader.decisions(after, entries_a_page); },
                       [](const Decision& decision) { return decision.sequence; });
}

std::vector<Failure> all_failures(const RunReader& reader) {
  return all<Failure>([&](std::int64_t after) { return reader.failures(after, entries_a_page); },
                      [](const Failure& failure) { return failure.sequence; });
}

DecisionTable decisions_by_turn(std::vector<Decision> decisions) {
  DecisionTable table;
  for (Decision& decision : decisions) {
    if (decision.revision == 0) table.emplace(TurnKey{decision.member, decision.turn}, std::move(decision));
  }
  return table;
}

std::vector<Branch> family_tree(const std::vector<TurnPointer>& turns, const Population& population) {
  std::map<TurnKey, int> continuations;
  for (const TurnPointer& turn : turns) {
    if (turn->parent) ++continuations[*turn->parent];
  }
  std::vector<Branch> branches;
  std::map<TurnKey, int> branch_of;
  for (const TurnPointer& turn : turns) {
    const auto parent = turn->parent ? branch_of.find(*turn->parent) : branch_of.end();
    const bool has_parent = parent != branch_of.end();
    const bool goes_on = has_parent && turn->parent->member == turn->key.member && continuations[*turn->parent] == 1;
    const int at = goes_on ? parent->second : static_cast<int>(branches.size());
    if (!goes_on) {
      branches.push_back({{}, has_parent ? parent->second : -1, {}, false, false});
      if (has_parent) branches[static_cast<std::size_t>(parent->second)].children.push_back(at);
    }
    branches[static_cast<std::size_t>(at)].turns.push_back(turn);
    branch_of[turn->key] = at;
  }
  const auto mark_alive = [&](const TurnPointer& turn) {
    const auto found = turn ? branch_of.find(turn->key) : branch_of.end();
    for (int at = found == branch_of.end() ? -1 : found->second; at >= 0;
         at = branches[static_cast<std::size_t>(at)].parent) {
      branches[static_cast<std::size_t>(at)].alive = true;
    }
  };
  for (const Member& member : population.members) mark_alive(member.standing);
  mark_alive(population.best);
  if (population.best) {
    const auto found = branch_of.find(population.best->key);
    if (found != branch_of.end()) branches[static_cast<std::size_t>(found->second)].best = true;
  }
  return branches;
}

}  // namespace pbt
