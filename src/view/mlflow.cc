#include "view/mlflow.h"

#include <fmt/format.h>

#include <cctype>
#include <cmath>
#include <map>

#include "core/printable.h"
#include "core/space_rules.h"
#include "view/lineage.h"
#include "view/machine_views.h"

namespace pbt {
namespace {

// The layout is mlflow/store/tracking/file_store.py's: <experiment>/meta.yaml, <experiment>/<run>/meta.yaml, and in
// each run's folder params/, metrics/ and tags/ with a file a name. A run without artifacts/ is none to MLflow.

/// FNV-1a: the ids must be the same whenever a record is exported.
std::uint64_t stable_hash(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char byte : text) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3U;
  return hash;
}

std::string yaml(const std::string& text) {
  std::string quoted = "'";
  for (const char letter : text) quoted += letter == '\'' ? "''" : std::string(1, letter);
  return quoted + '\'';
}

/// What MLflow takes of a parameter.
constexpr std::size_t param_bytes_max = 6000;

/// RunStatus of mlflow's service.proto.
int mlflow_status(const RunStatus& status, const Member& member) {
  constexpr int running = 1, finished = 3, failed = 4;
  if (status.state == RunState::failed) return failed;
  return status.state == RunState::done || member.state == MemberState::stopped ? finished : running;
}

/// Lines of "time value step" for each metric.
std::map<std::string, std::string> metric_files(const Objective& objective, const std::vector<TurnPointer>& lineage) {
  std::map<std::string, std::string> files;
  for (const TurnPointer& turn : lineage) {
    std::map<std::string, double> values(turn->metrics.begin(), turn->metrics.end());
    for (const auto& [name, value] : turn->hyperparameters) {
      if (const auto plain = number(value)) values["hyperparameters." + name] = *plain;
    }
    values.erase(objective.metric);
    if (std::isfinite(turn->score)) values[objective.metric] = objective.metric_value(turn->score);
    for (const auto& [name, value] : values)
      files[mlflow_name(name)] += fmt::format("{} {} {}\n", turn->ended_ms, value, turn->to_step);
  }
  return files;
}

/// Where an experiment goes, and how its files are written.
struct Place {
  std::string folder;      ///< absolute: MLflow's whole one
  std::string experiment;  ///< id, which is a folder's name
  const WriteExported& write;
};

std::string experiment_meta(const Place& place, const RunStatus& status) {
  return fmt::format(
      "artifact_location: {}\ncreation_time: {}\nexperiment_id: '{}'\nlast_update_time: {}\n"
      "lifecycle_stage: active\nname: {}\n",
      yaml(place.folder + '/' + place.experiment), status.created_ms, place.experiment, status.created_ms,
      yaml(status.experiment));
}

void write_run(const Place& place, const Experiment& experiment, const RunStatus& status, const Member& member,
               const std::vector<TurnPointer>& turns, bool best) {
  const Turn& last = *turns.back();
  const std::string record = record_id(status);
  const std::string name = fmt::format("member-{}", member.id);
  const std::string id = fmt::format("{:016x}{:016x}", stable_hash(record), member.id);
  const std::string run = place.experiment + '/' + id;
  const auto add = [&](const std::string& kind, const std::string& entry, const std::string& text) {
    place.write(run + '/' + kind + '/' + mlflow_name(entry), text);
  };
  place.write(run + "/meta.yaml",
              fmt::format("artifact_uri: {}\nend_time: {}\nentry_point_name: ''\nexperiment_id: '{}'\n"
                          "lifecycle_stage: active\nrun_id: {}\nrun_name: {}\nrun_uuid: {}\nsource_name: ''\n"
                          "source_type: 4\nsource_version: ''\nstart_time: {}\nstatus: {}\ntags: []\nuser_id: pbt\n",
                          yaml(place.folder + '/' + run + "/artifacts"), last.ended_ms, place.experiment, yaml(id),
                          name, yaml(id), turns.front()->started_ms, mlflow_status(status, member)));
  for (const auto& [parameter, value] : last.hyperparameters)
    add("params", parameter, printable(to_string(value), param_bytes_max));
  for (const auto& [metric, lines] : metric_files(experiment.objective, turns)) add("metrics", metric, lines);
  add("artifacts", "schedule.csv", schedule_csv(experiment, schedule(turns)));
  add("tags", "mlflow.runName", name);
  add("tags", "mlflow.user", "pbt");
  add("tags", "pbt.record", record);
  add("tags", "pbt.member", std::to_string(member.id));
  add("tags", "pbt.turn", to_string(last.key));
  add("tags", "pbt.checkpoint", last.checkpoint.name);
  add("tags", "pbt.best", best ? "true" : "false");
}

}  // namespace

std::string mlflow_name(const std::string& name) {
  std::string plain;
  for (const char letter : name) {
    const bool fits = std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_' || letter == '-';
    plain += fits ? letter : letter == '.' || letter == '/' ? '.' : '_';
  }
  return plain.empty() || plain.front() == '.' ? '_' + plain : plain;
}

void write_mlflow(const Experiment& experiment, const RunReader& reader, const std::string& folder,
                  const WriteExported& write) {
  const RunStatus status = reader.status();
  const Population population = reader.population();
  const Place place{folder, std::to_string(stable_hash(experiment.name) % 1'000'000'000'000'000'000U), write};
  write(place.experiment + "/meta.yaml", experiment_meta(place, status));
  for (const Member& member : population.members) {
    if (!member.standing) continue;
    const bool best = population.best && population.best->key == member.standing->key;
    write_run(place, experiment, status, member, lineage(reader, member.standing->key), best);
  }
}

}  // namespace pbt
