#include "view/mlflow.h"

#include <fmt/format.h>

#include <cctype>
#include <cmath>
#include <map>

#include "core/printable.h"
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
      if (const auto* real = std::get_if<double>(&value)) values["hyperparameters." + name] = *real;
      if (const auto* whole = std::get_if<std::int64_t>(&value))
        values["hyperparameters." + name] = static_cast<double>(*whole);
    }
    values.erase(objective.metric);
    if (std::isfinite(turn->score)) values[objective.metric] = objective.metric_value(turn->score);
    for (const auto& [name, value] : values)
      files[mlflow_name(name)] += fmt::format("{} {} {}\n", turn->ended_ms, value, turn->to_step);
  }
  return files;
}

class RunFolder {
 public:
  RunFolder(std::string path, const WriteExported& write) : path_(std::move(path)), write_(write) {}

  void add(const std::string& kind, const std::string& name, const std::string& text) const {
    write_(path_ + '/' + kind + '/' + mlflow_name(name), text);
  }
  void meta(const std::string& text) const { write_(path_ + "/meta.yaml", text); }

 private:
  std::string path_;
  const WriteExported& write_;
};

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
  const std::string record = record_id(status);
  const std::string id = std::to_string(stable_hash(experiment.name) % 1'000'000'000'000'000'000U);
  write(id + "/meta.yaml",
        fmt::format("artifact_location: {}\ncreation_time: {}\nexperiment_id: '{}'\nlast_update_time: {}\n"
                    "lifecycle_stage: active\nname: {}\n",
                    yaml(folder + '/' + id), status.created_ms, id, status.created_ms, yaml(experiment.name)));
  for (const Member& member : population.members) {
    if (!member.standing) continue;
    const std::vector<TurnPointer> turns = lineage(reader, member.standing->key);
    const std::string name = fmt::format("member-{}", member.id);
    const std::string run = fmt::format("{:016x}{:016x}", stable_hash(record), member.id);
    const RunFolder files(id + '/' + run, write);
    files.meta(
        fmt::format("artifact_uri: {}\nend_time: {}\nentry_point_name: ''\nexperiment_id: '{}'\n"
                    "lifecycle_stage: active\nrun_id: {}\nrun_name: {}\nrun_uuid: {}\nsource_name: ''\n"
                    "source_type: 4\nsource_version: ''\nstart_time: {}\nstatus: {}\ntags: []\nuser_id: pbt\n",
                    yaml(fmt::format("{}/{}/{}/artifacts", folder, id, run)), turns.back()->ended_ms, id, yaml(run),
                    name, yaml(run), turns.front()->started_ms, mlflow_status(status, member)));
    for (const auto& [parameter, value] : turns.back()->hyperparameters)
      files.add("params", parameter, printable(to_string(value), param_bytes_max));
    for (const auto& [metric, lines] : metric_files(experiment.objective, turns)) files.add("metrics", metric, lines);
    files.add("artifacts", "schedule.csv", schedule_csv(experiment, schedule(turns)));
    files.add("tags", "mlflow.runName", name);
    files.add("tags", "mlflow.user", "pbt");
    files.add("tags", "pbt.record", record);
    files.add("tags", "pbt.member", std::to_string(member.id));
    files.add("tags", "pbt.turn", to_string(turns.back()->key));
    files.add("tags", "pbt.checkpoint", turns.back()->checkpoint.name);
    files.add("tags", "pbt.best", population.best && population.best->key == turns.back()->key ? "true" : "false");
  }
}

}  // namespace pbt
