#include "view/overview.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace pbt {
namespace {

using TurnTable = std::map<TurnKey, TurnPointer>;

TurnTable known_turns(const Population& population) {
  TurnTable table;
  for (const TurnPointer& turn : population.history) table.emplace(turn->key, turn);
  for (const Member& member : population.members) {
    if (member.last) table.emplace(member.last->key, member.last);
    if (member.standing) table.emplace(member.standing->key, member.standing);
  }
  return table;
}

/// Scores of the lineage behind `end`, as far back as it is known.
std::vector<double> trend(const Objective& objective, const TurnTable& table, TurnPointer end, int length) {
  std::vector<double> scores;
  while (end && static_cast<int>(scores.size()) < length) {
    scores.push_back(objective.metric_value(end->score));
    const auto parent = end->parent ? table.find(*end->parent) : table.end();
    end = parent == table.end() ? nullptr : parent->second;
  }
  std::reverse(scores.begin(), scores.end());
  return scores;
}

MemberRow row_of(const Experiment& experiment, const Member& member, const Population& population,
                 const TurnTable& table, int trend_length) {
  MemberRow row;
  row.member = member.id;
  row.state = member.state;
  row.broken = member.broken;
  row.turn = member.turns;
  row.steps_done = member.steps_done;
  row.worker = member.worker;
  row.lease_until_ms = member.lease_until_ms;
  row.failures = member.failures;
  if (member.next) row.hyperparameters = member.next->hyperparameters;
  if (!member.standing) return row;
  row.step = member.standing->to_step;
  row.diverged = !std::isfinite(member.standing->score);
  if (!row.diverged) row.score = experiment.objective.metric_value(member.standing->score);
  row.best = population.best && member.standing->key == population.best->key;
  row.trend = trend(experiment.objective, table, member.standing, trend_length);
  const bool own = member.last && member.last->key == member.standing->key;
  if (!own) row.copied_from = member.standing->key;
  return row;
}

/// Steps a second over the turns at hand: from the first one's begin to the last one's end.
double recent_speed(const std::vector<TurnPointer>& history) {
  double steps = 0;
  std::int64_t begin = INT64_MAX;
  std::int64_t end = INT64_MIN;
  for (const TurnPointer& turn : history) {
    steps += static_cast<double>(turn->steps());
    begin = std::min(begin, turn->started_ms);
    end = std::max(end, turn->ended_ms);
  }
  return end > begin ? steps * 1000.0 / static_cast<double>(end - begin) : 0;
}

Progress progress_of(const Experiment& experiment, const RunStatus& status, const Population& population) {
  const Budget& budget = experiment.budget;
  Progress progress;
  progress.steps_done = population.steps_done();
  std::int64_t left = 0;
  for (const Member& member : population.members) {
    if (member.state != MemberState::stopped) left += std::max<std::int64_t>(0, budget.steps - member.steps_done);
  }
  if (budget.total_steps > 0)
    left = std::min(left, std::max<std::int64_t>(0, budget.total_steps - progress.steps_done));
  progress.steps_planned = progress.steps_done + left;
  progress.steps_per_second = recent_speed(population.history);
  if (status.state != RunState::running) return progress;
  if (progress.steps_per_second > 0) progress.seconds_left = static_cast<double>(left) / progress.steps_per_second;
  if (budget.wall_clock_s > 0) {
    const double wall = std::max(0.0, budget.wall_clock_s - static_cast<double>(status.training_ms) / 1000.0);
    progress.seconds_left = std::min(progress.seconds_left.value_or(wall), wall);
  }
  return progress;
}

}  // namespace

Overview overview(const Experiment& experiment, const RunStatus& status, const Population& population,
                  int trend_length) {
  Overview result;
  result.status = status;
  result.best = population.best;
  result.progress = progress_of(experiment, status, population);
  result.workers = workers(population);
  const TurnTable table = known_turns(population);
  for (const Member& member : population.members) {
    result.turns += member.turns;
    result.members.push_back(row_of(experiment, member, population, table, trend_length));
  }
  return result;
}

Overview overview(const Experiment& experiment, const RunReader& reader, int trend_length) {
  const RunStatus status = reader.status();
  return overview(experiment, status, reader.population(experiment.population * trend_length), trend_length);
}

}  // namespace pbt
