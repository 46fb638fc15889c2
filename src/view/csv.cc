#include <fmt/format.h>

#include <cmath>
#include <set>

#include "view/machine_views.h"

namespace pbt {
namespace {

/// Quoted where RFC 4180 asks for it.
std::string field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

std::string line(const std::vector<std::string>& fields) {
  std::string text;
  for (std::size_t i = 0; i < fields.size(); ++i) text += (i == 0 ? "" : ",") + field(fields[i]);
  return text + '\n';
}

std::string score(const Experiment& experiment, double value) {
  return std::isfinite(value) ? fmt::format("{}", experiment.objective.metric_value(value)) : "";
}

std::string metric(const Metrics& metrics, const std::string& name) {
  const auto found = metrics.find(name);
  if (found == metrics.end()) return "";
  if (std::isnan(found->second)) return "NaN";
  if (std::isinf(found->second)) return found->second > 0 ? "Infinity" : "-Infinity";
  return fmt::format("{}", found->second);
}

std::string value(const Hyperparameters& values, const std::string& name) {
  const Value* found = values.find(name);
  return found == nullptr ? "" : to_string(*found);
}

/// Member and turn, two fields; both empty where there is none.
void add_key(std::vector<std::string>& fields, const std::optional<TurnKey>& key) {
  fields.push_back(key ? std::to_string(key->member) : "");
  fields.push_back(key ? std::to_string(key->index) : "");
}

}  // namespace

std::string turns_csv(const Experiment& experiment, const std::vector<TurnPointer>& turns,
                      const DecisionTable& decisions) {
  std::set<std::string> names;
  std::set<std::string> metrics;
  for (const TurnPointer& turn : turns) {
    for (const auto& [name, unused] : turn->hyperparameters) names.insert(name);
    for (const auto& [name, unused] : turn->metrics) metrics.insert(name);
  }
  std::vector<std::string> fields{
      "member",  "turn",       "parent_member", "parent_turn",     "from_step",       "to_step",
      "partial", "score",      "decision",      "donor_member",    "donor_turn",      "reason",
      "worker",  "started_ms", "ended_ms",      "checkpoint_name", "checkpoint_bytes"};
  for (const std::string& name : names) fields.push_back("hyperparameters." + name);
  for (const std::string& name : metrics) fields.push_back("metrics." + name);
  std::string text = line(fields);
  for (const TurnPointer& turn : turns) {
    const auto found = decisions.find(turn->key);
    const Decision* decision = found == decisions.end() ? nullptr : &found->second;
    fields.clear();
    add_key(fields, turn->key);
    add_key(fields, turn->parent);
    fields.insert(fields.end(),
                  {std::to_string(turn->from_step), std::to_string(turn->to_step), turn->partial ? "true" : "false",
                   score(experiment, turn->score), decision == nullptr ? "" : to_string(decision->kind)});
    add_key(fields, decision == nullptr ? std::nullopt : decision->donor);
    fields.insert(fields.end(),
                  {decision == nullptr ? "" : decision->reason, turn->worker, std::to_string(turn->started_ms),
                   std::to_string(turn->ended_ms), turn->checkpoint.name, std::to_string(turn->checkpoint.bytes)});
    for (const std::string& name : names) fields.push_back(value(turn->hyperparameters, name));
    for (const std::string& name : metrics) fields.push_back(metric(turn->metrics, name));
    text += line(fields);
  }
  return text;
}

std::string schedule_csv(const Experiment& experiment, const std::vector<ScheduleRow>& rows) {
  std::set<std::string> names;
  for (const ScheduleRow& row : rows) {
    for (const auto& [name, unused] : row.hyperparameters) names.insert(name);
  }
  std::vector<std::string> fields{"from_step",   "to_step",   "first_member", "first_turn",
                                  "last_member", "last_turn", "score"};
  for (const std::string& name : names) fields.push_back("hyperparameters." + name);
  std::string text = line(fields);
  for (const ScheduleRow& row : rows) {
    fields = {std::to_string(row.from_step), std::to_string(row.to_step)};
    add_key(fields, row.first);
    add_key(fields, row.last);
    fields.push_back(score(experiment, row.score));
    for (const std::string& name : names) fields.push_back(value(row.hyperparameters, name));
    text += line(fields);
  }
  return text;
}

}  // namespace pbt
