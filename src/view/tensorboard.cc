#include "view/tensorboard.h"

#include <fmt/format.h>

#include <cmath>
#include <fstream>

#include "core/space_rules.h"
#include "pbt/error.h"
#include "view/lineage.h"

namespace pbt {
namespace {

double seconds(std::int64_t milliseconds) { return static_cast<double>(milliseconds) / 1000; }

void append(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream out(file, std::ios::binary | std::ios::app);
  out << bytes << std::flush;
  if (!out)
    throw Error("cannot write " + file.string() + " for TensorBoard: is the disk full, or the folder read-only?");
}

/// The only free name of that kind: TensorBoard reads a run's files in the order of their names.
std::filesystem::path new_file(const std::filesystem::path& folder, double wall_time_s) {
  std::filesystem::create_directories(folder);
  for (int number = 0;; ++number) {
    const auto file =
        folder / fmt::format("events.out.tfevents.{:010d}.pbt.{}", static_cast<std::int64_t>(wall_time_s), number);
    if (!std::filesystem::exists(file)) return file;
  }
}

}  // namespace

TensorBoardLog::TensorBoardLog(std::filesystem::path folder, const Experiment& experiment)
    : folder_(std::move(folder)), name_(experiment.name), objective_(experiment.objective) {}

std::map<std::string, double> TensorBoardLog::scalars(const Turn& turn) const {
  std::map<std::string, double> scalars;
  if (std::isfinite(turn.score)) scalars["score/" + objective_.metric] = objective_.metric_value(turn.score);
  for (const auto& [name, value] : turn.metrics) scalars["metrics/" + name] = value;
  for (const auto& [name, value] : turn.hyperparameters) {
    if (const auto plain = number(value)) scalars["hyperparameters/" + name] = *plain;
  }
  return scalars;
}

void TensorBoardLog::begin(int member, Run& run, double wall_time_s) const try {
  run.file = new_file(folder_ / fmt::format("member-{}", member), wall_time_s);
  append(run.file, file_version_event(wall_time_s) + restart_event(wall_time_s));
} catch (const std::filesystem::filesystem_error& error) {
  throw Error(std::string("cannot write for TensorBoard: ") + error.what());
}

void TensorBoardLog::write(Run& run, const std::vector<TurnPointer>& turns, double wall_time_s) const {
  std::string bytes;
  if (run.written.empty()) bytes += hparams_event(wall_time_s, name_, turns.front()->hyperparameters);
  for (const TurnPointer& turn : turns) {
    bytes += scalars_event(seconds(turn->ended_ms), turn->to_step, scalars(*turn));
    run.written.push_back(turn->key);
  }
  append(run.file, bytes);
}

void TensorBoardLog::update(const RunReader& reader) {
  for (const Member& member : reader.population().members) {
    if (!member.standing) continue;
    Run& run = runs_[member.id];
    const std::optional<TurnKey> end = run.written.empty() ? std::nullopt : std::optional(run.written.back());
    if (end == member.standing->key) continue;
    const double now_s = seconds(member.standing->ended_ms);
    if (run.file.empty()) begin(member.id, run, now_s);
    std::vector<TurnPointer> turns = lineage_after(reader, member.standing->key, end);
    if (end && turns.front()->parent != end) {  // it stands on another lineage now
      append(run.file, restart_event(now_s));
      run.written.clear();
    }
    write(run, turns, now_s);
  }
}

}  // namespace pbt
