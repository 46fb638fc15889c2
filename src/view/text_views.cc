#include "view/text_views.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace pbt {
namespace {

std::string cell(const Value& value) {
  if (const auto* real = std::get_if<double>(&value)) return short_number(*real);
  return to_string(value);
}

std::string cell(const Hyperparameters& values, const std::string& name) {
  const Value* value = values.find(name);
  return value == nullptr ? "" : cell(*value);
}

std::string score_cell(const Objective& objective, const Turn& turn) {
  return std::isfinite(turn.score) ? short_number(objective.metric_value(turn.score)) : "diverged";
}

std::string decision_cell(const DecisionTable& decisions, TurnKey key) {
  const auto found = decisions.find(key);
  if (found == decisions.end()) return "";
  const Decision& decision = found->second;
  return to_string(decision.kind) + (decision.donor ? " " + to_string(*decision.donor) : "");
}

void add_hyperparameter_columns(TextTable& table, const std::vector<std::string>& names, int importance) {
  for (const std::string& name : names) table.columns.push_back({name, Align::right, importance});
}

std::string state_cell(const MemberRow& row) {
  if (row.broken) return "broken";
  if (!row.worker.empty()) return "training";
  return row.failures > 0 && row.state == MemberState::ready ? "retrying" : to_string(row.state);
}

std::string heading(const Experiment& experiment, const Overview& overview) {
  const RunStatus& status = overview.status;
  std::string text = fmt::format("{}: {}", status.experiment, to_string(status.state));
  if (!status.reason.empty()) text += fmt::format(" ({})", status.reason);
  if (overview.best) {
    text += fmt::format("; best {} {} at step {} ({})", experiment.objective.metric,
                        score_cell(experiment.objective, *overview.best), grouped(overview.best->to_step),
                        to_string(overview.best->key));
  }
  return text;
}

std::string progress_text(const Overview& overview) {
  const Progress& progress = overview.progress;
  std::string text = fmt::format("{} turns, {} of {} steps", grouped(overview.turns), grouped(progress.steps_done),
                                 grouped(progress.steps_planned));
  if (progress.steps_planned > 0) {
    text += fmt::format(" ({:.0f} %)", std::floor(100.0 * static_cast<double>(progress.steps_done) /
                                                  static_cast<double>(progress.steps_planned)));
  }
  if (overview.status.state == RunState::running && progress.steps_per_second > 0) {
    text += fmt::format(", {} steps/s", short_number(progress.steps_per_second));
    if (progress.seconds_left) text += fmt::format(", about {} left", rough_duration(*progress.seconds_left));
  }
  return text;
}

std::string lease_cell(std::int64_t until_ms, std::int64_t now_ms) {
  return until_ms < now_ms ? "expired" : fmt::format("{:.0f} s", static_cast<double>(until_ms - now_ms) / 1000.0);
}

TextTable members_table(const Experiment& experiment, const Overview& overview, std::int64_t now_ms) {
  const std::vector<std::string> names = searched_names(experiment);
  TextTable table;
  table.columns = {{"member", Align::right, 9},
                   {"state", Align::left, 8},
                   {"turn", Align::right, 4},
                   {"step", Align::right, 7},
                   {experiment.objective.metric, Align::right, 9},
                   {"trend", Align::left, 5}};
  add_hyperparameter_columns(table, names, 6);
  table.columns.push_back({"copied", Align::left, 5});
  table.columns.push_back({"failures", Align::right, 3});
  table.columns.push_back({"worker", Align::left, 2});
  table.columns.push_back({"lease", Align::right, 1});
  for (const MemberRow& row : overview.members) {
    TextTable::Row out;
    out.style = row.best        ? RowStyle::best
                : row.broken    ? RowStyle::alarming
                : row.turn == 0 ? RowStyle::faint
                                : RowStyle::plain;
    out.cells = {std::to_string(row.member),
                 state_cell(row),
                 row.turn == 0 ? "" : std::to_string(row.turn),
                 grouped(row.step),
                 row.score      ? short_number(*row.score)
                 : row.diverged ? "diverged"
                                : "",
                 sparkline(row.trend)};
    for (const std::string& name : names) out.cells.push_back(cell(row.hyperparameters, name));
    out.cells.push_back(row.copied_from ? to_string(*row.copied_from) : "");
    out.cells.push_back(row.failures == 0 ? "" : std::to_string(row.failures));
    out.cells.push_back(row.worker);
    out.cells.push_back(row.worker.empty() ? "" : lease_cell(row.lease_until_ms, now_ms));
    table.rows.push_back(std::move(out));
  }
  return table;
}

TextTable workers_table(const Overview& overview, std::int64_t now_ms) {
  TextTable table;
  table.columns = {{"worker", Align::left, 9}, {"trains", Align::left, 8},   {"lease", Align::right, 7},
                   {"turns", Align::right, 3}, {"steps/s", Align::right, 4}, {"busy", Align::right, 6},
                   {"idle", Align::right, 5}};
  for (const WorkerRow& row : overview.workers) {
    const bool trains = !row.members.empty();
    const std::int64_t idle_ms = now_ms - std::max(row.last_ended_ms, row.since_ms);
    TextTable::Row out;
    out.style = trains ? RowStyle::plain : RowStyle::faint;
    out.cells = {row.worker,
                 fmt::format("{}", fmt::join(row.members, ", ")),
                 trains ? lease_cell(row.lease_until_ms, now_ms) : "",
                 std::to_string(row.turns),
                 row.steps_per_second > 0 ? short_number(row.steps_per_second) : "",
                 fmt::format("{:.0f} %", 100 * busy_share(row, now_ms)),
                 trains ? "" : rough_duration(static_cast<double>(idle_ms) / 1000.0)};
    table.rows.push_back(std::move(out));
  }
  return table;
}

}  // namespace

std::vector<std::string> searched_names(const Experiment& experiment) {
  std::vector<std::string> names;
  for (const Parameter& parameter : experiment.space.parameters) {
    if (!std::holds_alternative<Fixed>(parameter.domain)) names.push_back(parameter.name);
  }
  return names;
}

std::string status_text(const Experiment& experiment, const Overview& overview, std::int64_t now_ms,
                        const TextStyle& style) {
  return fmt::format("{}\n{}\n\n{}", wrapped(heading(experiment, overview), style.width),
                     wrapped(progress_text(overview), style.width),
                     render(members_table(experiment, overview, now_ms), style));
}

std::string workers_text(const Overview& overview, std::int64_t now_ms, const TextStyle& style) {
  return overview.workers.empty() ? "" : render(workers_table(overview, now_ms), style);
}

std::string progress_line(const Experiment& experiment, const Overview& overview) {
  return heading(experiment, overview) + "; " + progress_text(overview);
}

std::string best_text(const Experiment& experiment, const Turn& best, const std::string& folder) {
  std::string text =
      fmt::format("{} {}\nstep {}, member {}, turn {}\n", experiment.objective.metric,
                  score_cell(experiment.objective, best), grouped(best.to_step), best.key.member, best.key.index);
  for (const auto& [name, value] : best.hyperparameters) text += fmt::format("  {} = {}\n", name, to_string(value));
  if (!folder.empty()) text += fmt::format("checkpoint {}\n", folder);
  return text;
}

std::string schedule_text(const Experiment& experiment, const std::vector<ScheduleRow>& rows, const TextStyle& style) {
  const std::vector<std::string> names = searched_names(experiment);
  TextTable table;
  table.columns = {{"from step", Align::right, 9}, {"to step", Align::right, 9}};
  add_hyperparameter_columns(table, names, 7);
  table.columns.push_back({experiment.objective.metric, Align::right, 5});
  table.columns.push_back({"turns", Align::left, 3});
  for (const ScheduleRow& row : rows) {
    TextTable::Row out;
    out.cells = {grouped(row.from_step), grouped(row.to_step)};
    for (const std::string& name : names) out.cells.push_back(cell(row.hyperparameters, name));
    out.cells.push_back(std::isfinite(row.score) ? short_number(experiment.objective.metric_value(row.score))
                                                 : "diverged");
    out.cells.push_back(row.first == row.last ? to_string(row.first)
                                              : to_string(row.first) + " to " + to_string(row.last));
    table.rows.push_back(std::move(out));
  }
  return render(table, style);
}

std::string turns_text(const Experiment& experiment, const std::vector<TurnPointer>& turns,
                       const DecisionTable& decisions, const TextStyle& style) {
  const std::vector<std::string> names = searched_names(experiment);
  TextTable table;
  table.columns = {{"turn", Align::left, 9},
                   {"parent", Align::left, 7},
                   {"from step", Align::right, 4},
                   {"to step", Align::right, 8},
                   {experiment.objective.metric, Align::right, 9},
                   {"decision", Align::left, 8}};
  add_hyperparameter_columns(table, names, 6);
  table.columns.push_back({"seconds", Align::right, 3});
  table.columns.push_back({"worker", Align::left, 2});
  for (const TurnPointer& turn : turns) {
    TextTable::Row out;
    out.cells = {to_string(turn->key),
                 turn->parent ? to_string(*turn->parent) : "",
                 grouped(turn->from_step),
                 grouped(turn->to_step) + (turn->partial ? " (partial)" : ""),
                 score_cell(experiment.objective, *turn),
                 decision_cell(decisions, turn->key)};
    for (const std::string& name : names) out.cells.push_back(cell(turn->hyperparameters, name));
    out.cells.push_back(fmt::format("{:.1f}", static_cast<double>(turn->ended_ms - turn->started_ms) / 1000.0));
    out.cells.push_back(turn->worker);
    table.rows.push_back(std::move(out));
  }
  return render(table, style);
}

}  // namespace pbt
