#include "view/workers.h"

#include <algorithm>
#include <map>

namespace pbt {

std::vector<WorkerRow> workers(const Population& population) {
  std::map<std::string, WorkerRow> found;
  std::map<std::string, std::int64_t> steps;
  std::int64_t since_ms = population.history.empty() ? 0 : INT64_MAX;
  for (const TurnPointer& turn : population.history) {
    WorkerRow& row = found[turn->worker];
    ++row.turns;
    row.trained_ms += turn->ended_ms - turn->started_ms;
    row.last_ended_ms = std::max(row.last_ended_ms, turn->ended_ms);
    steps[turn->worker] += turn->steps();
    since_ms = std::min(since_ms, turn->started_ms);
  }
  for (const Member& member : population.members) {
    if (member.worker.empty()) continue;
    WorkerRow& row = found[member.worker];
    row.members.push_back(member.id);
    row.lease_until_ms =
        row.lease_until_ms == 0 ? member.lease_until_ms : std::min(row.lease_until_ms, member.lease_until_ms);
  }
  std::vector<WorkerRow> rows;
  for (auto& [worker, row] : found) {
    row.worker = worker;
    row.since_ms = since_ms;
    if (row.trained_ms > 0)
      row.steps_per_second = static_cast<double>(steps[worker]) * 1000.0 / static_cast<double>(row.trained_ms);
    rows.push_back(std::move(row));
  }
  return rows;
}

double busy_share(const WorkerRow& row, std::int64_t now_ms) {
  if (row.since_ms == 0 || now_ms <= row.since_ms) return 0;
  const std::int64_t under_way_ms = row.members.empty() ? 0 : now_ms - std::max(row.last_ended_ms, row.since_ms);
  const auto trained_ms = static_cast<double>(row.trained_ms + std::max<std::int64_t>(0, under_way_ms));
  return std::clamp(trained_ms / static_cast<double>(now_ms - row.since_ms), 0.0, 1.0);
}

}  // namespace pbt
