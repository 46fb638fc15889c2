#include "view/machine_views.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/json.h"

namespace pbt {
namespace {

using Json = nlohmann::ordered_json;

Json score(const Experiment& experiment, double value) {
  return std::isfinite(value) ? Json(experiment.objective.metric_value(value)) : Json(nullptr);
}

Json key(const std::optional<TurnKey>& turn) {
  return turn ? Json{{"member", turn->member}, {"turn", turn->index}} : Json(nullptr);
}

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json member(const MemberRow& row) {
  return {{"member", row.member},
          {"state", to_string(row.state)},
          {"broken", row.broken},
          {"turn", row.turn},
          {"step", row.step},
          {"steps_done", row.steps_done},
          {"score", row.score ? Json(*row.score) : Json(nullptr)},
          {"diverged", row.diverged},
          {"hyperparameters", to_json(row.hyperparameters)},
          {"copied_from", key(row.copied_from)},
          {"worker", text_or_null(row.worker)},
          {"lease_until_ms", row.worker.empty() ? Json(nullptr) : Json(row.lease_until_ms)},
          {"failures", row.failures}};
}

Json worker(const WorkerRow& row) {
  return {{"worker", row.worker},
          {"members", row.members},
          {"lease_until_ms", row.members.empty() ? Json(nullptr) : Json(row.lease_until_ms)},
          {"turns", row.turns},
          {"steps_per_second", row.steps_per_second},
          {"trained_ms", row.trained_ms},
          {"last_ended_ms", row.last_ended_ms == 0 ? Json(nullptr) : Json(row.last_ended_ms)},
          {"since_ms", row.since_ms}};
}

Json best(const Experiment& experiment, const Turn& turn) {
  return {{"metric", experiment.objective.metric},
          {"score", score(experiment, turn.score)},
          {"step", turn.to_step},
          {"member", turn.key.member},
          {"turn", turn.key.index},
          {"hyperparameters", to_json(turn.hyperparameters)},
          {"metrics", to_json(turn.metrics)},
          {"checkpoint_name", turn.checkpoint.name}};
}

}  // namespace

std::string status_json(const Experiment& experiment, const Overview& overview) {
  const Progress& progress = overview.progress;
  Json members = Json::array();
  for (const MemberRow& row : overview.members) members.push_back(member(row));
  Json workers = Json::array();
  for (const WorkerRow& row : overview.workers) workers.push_back(worker(row));
  return dump(Json{{"experiment", overview.status.experiment},
                   {"state", to_string(overview.status.state)},
                   {"reason", text_or_null(overview.status.reason)},
                   {"created_ms", overview.status.created_ms},
                   {"training_ms", overview.status.training_ms},
                   {"turns", overview.turns},
                   {"steps_done", progress.steps_done},
                   {"steps_planned", progress.steps_planned},
                   {"steps_per_second", progress.steps_per_second},
                   {"seconds_left", progress.seconds_left ? Json(*progress.seconds_left) : Json(nullptr)},
                   {"best", overview.best ? best(experiment, *overview.best) : Json(nullptr)},
                   {"members", std::move(members)},
                   {"workers", std::move(workers)}});
}

std::string best_json(const Experiment& experiment, const Turn& turn, const std::string& folder) {
  Json json = {{"experiment", experiment.name}};
  json.update(best(experiment, turn));
  json["checkpoint"] = text_or_null(folder);
  return dump(json);
}

std::string schedule_json(const Experiment& experiment, const Turn& end, const std::vector<ScheduleRow>& rows) {
  Json list = Json::array();
  for (const ScheduleRow& row : rows) {
    list.push_back({{"from_step", row.from_step},
                    {"to_step", row.to_step},
                    {"first", key(row.first)},
                    {"last", key(row.last)},
                    {"score", score(experiment, row.score)},
                    {"hyperparameters", to_json(row.hyperparameters)}});
  }
  return dump(Json{{"experiment", experiment.name},
                   {"member", end.key.member},
                   {"turn", end.key.index},
                   {"step", end.to_step},
                   {"score", score(experiment, end.score)},
                   {"schedule", std::move(list)}});
}

std::string lineage_json(const Experiment& experiment, const std::vector<Branch>& tree) {
  Json list = Json::array();
  for (const Branch& branch : tree) {
    const Turn& first = *branch.turns.front();
    const Turn& last = *branch.turns.back();
    list.push_back({{"branch", list.size()},
                    {"parent_branch", branch.parent < 0 ? Json(nullptr) : Json(branch.parent)},
                    {"member", first.key.member},
                    {"first_turn", first.key.index},
                    {"last_turn", last.key.index},
                    {"parent", key(first.parent)},
                    {"from_step", first.from_step},
                    {"to_step", last.to_step},
                    {"score", score(experiment, last.score)},
                    {"alive", branch.alive},
                    {"best", branch.best}});
  }
  return dump(Json{{"experiment", experiment.name}, {"branches", std::move(list)}});
}

std::string turn_json(const Experiment& experiment, const Turn& turn, const Decision* decision) {
  return dump(Json{{"member", turn.key.member},
                   {"turn", turn.key.index},
                   {"parent", key(turn.parent)},
                   {"from_step", turn.from_step},
                   {"to_step", turn.to_step},
                   {"partial", turn.partial},
                   {"hyperparameters", to_json(turn.hyperparameters)},
                   {"score", score(experiment, turn.score)},
                   {"metrics", to_json(turn.metrics)},
                   {"samples", to_json(turn.samples)},
                   {"decision", decision == nullptr ? Json(nullptr) : Json(to_string(decision->kind))},
                   {"donor", decision == nullptr ? Json(nullptr) : key(decision->donor)},
                   {"reason", decision == nullptr ? Json(nullptr) : Json(decision->reason)},
                   {"worker", turn.worker},
                   {"fence", turn.fence},
                   {"started_ms", turn.started_ms},
                   {"ended_ms", turn.ended_ms},
                   {"checkpoint_name", turn.checkpoint.name},
                   {"checkpoint_bytes", turn.checkpoint.bytes},
                   {"sequence", turn.sequence}});
}

std::string decision_json(const Decision& decision) {
  return dump(Json{{"member", decision.member},
                   {"turn", decision.turn},
                   {"revision", decision.revision},
                   {"decision", to_string(decision.kind)},
                   {"weights", key(decision.weights)},
                   {"donor", key(decision.donor)},
                   {"imported", decision.imported ? Json(decision.imported->name) : Json(nullptr)},
                   {"hyperparameters", to_json(decision.hyperparameters)},
                   {"reason", decision.reason},
                   {"snapshot", decision.snapshot},
                   {"attempt", decision.attempt},
                   {"sequence", decision.sequence}});
}

std::string failure_json(const Failure& failure) {
  return dump(Json{{"member", failure.turn.member},
                   {"turn", failure.turn.index},
                   {"failure", to_string(failure.what.kind)},
                   {"message", failure.what.message},
                   {"log_tail", failure.what.log_tail},
                   {"step", failure.what.step},
                   {"steps_lost", failure.steps_lost},
                   {"worker", failure.worker},
                   {"fence", failure.fence},
                   {"time_ms", failure.time_ms},
                   {"sequence", failure.sequence}});
}

std::string error_json(const std::string& message, int status) {
  return dump(Json{{"error", message}, {"status", status}});
}

}  // namespace pbt
