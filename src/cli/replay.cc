#include "algorithm/replay.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/experiment_file.h"
#include "cli/locate.h"
#include "cli/storage.h"
#include "cli/terminal.h"
#include "cli/work.h"
#include "pbt/clock.h"
#include "pbt/error.h"
#include "store/open_store.h"
#include "view/lineage.h"
#include "view/text_table.h"

namespace pbt {
namespace {

using Json = nlohmann::ordered_json;

/// Beside what it replays: runs/lander/replays/lander-replay-5/ holds all of it.
Location place_of_replay(const Location& original, const ReplayOptions& options) {
  const std::string name =
      fmt::format("{}-replay-{}{}", original.experiment, options.final_values ? "final-" : "", options.seed);
  return place_of(name, "sqlite:" + (original.folder / "replays" / name / "pbt.db").string());
}

/// Where the first turn of the lineage got its weights: none, or a folder with pretrained ones.
std::string pretrained(const OpenRun& run, const Turn& root) {
  std::optional<Checkpoint> imported;
  for (std::int64_t after = 0; after < root.sequence;) {
    const std::vector<Decision> page = run.reader->decisions(after, 1000);
    if (page.empty()) break;
    for (const Decision& decision : page)
      if (decision.member == root.key.member && decision.sequence < root.sequence) imported = decision.imported;
    after = page.back().sequence;
  }
  if (!imported) return "";
  // A fetched copy would be gone before the replay begins; the folder that it was imported from serves as well.
  const bool in_folder = is_folder_storage(run.experiment.checkpoints.storage);
  const std::string folder = checkpoint_place(run.location, run.experiment, *imported);
  if (in_folder && std::filesystem::is_directory(folder)) return folder;
  const auto row = static_cast<std::size_t>(root.key.member);
  if (row < run.experiment.initial.size() && !run.experiment.initial[row].checkpoint.empty())
    return run.experiment.initial[row].checkpoint;
  throw Error(fmt::format(
      "the lineage began with imported weights, {}, which were collected since: there is nothing to begin from",
      folder));
}

/// One member, one schedule, no choices left: all else is as in the original.
Experiment experiment_of(const OpenRun& run, const Location& place, TurnKey end, const ReplayOptions& options) {
  const std::vector<TurnPointer> turns = lineage(*run.reader, end);
  std::vector<ScheduledValues> values;
  for (const ScheduleRow& row : schedule(turns)) values.push_back({row.from_step, row.hyperparameters});
  if (options.final_values) values = {{0, turns.back()->hyperparameters}};
  Experiment replay = run.experiment;
  replay.name = place.experiment;
  replay.population = 1;
  replay.seed = options.seed;
  replay.budget = {.steps = turns.back()->to_step};
  replay.algorithm = {.type = "replay", .settings = {{"schedule", schedule_setting(values)}, {"turn", to_string(end)}}};
  replay.initial.clear();
  replay.checkpoints.storage.clear();
  if (const std::string folder = pretrained(run, *turns.front()); !folder.empty()) replay.initial = {{{}, folder}};
  replay.workers.count = 1;
  return replay;
}

std::string turn_replayed(const Experiment& replay) {
  return std::get<std::string>(replay.algorithm.settings.at("turn"));
}

/// Makes the replay, or finds the one that is there: the best turn may have changed since it began.
Experiment begin(const OpenRun& run, const Location& place, const ReplayOptions& options) {
  const bool exists = is_recorded(place);
  if (!exists || options.choice.member) {
    const Experiment replay = experiment_of(run, place, chosen_turn(run, options.choice)->key, options);
    SystemClock clock;
    if (create_experiment(place.address, place.experiment, write_experiment(replay), 1, clock)) return replay;
    const OpenRun there = open_run({place.experiment, place.store});
    if (turn_replayed(there.experiment) != turn_replayed(replay))
      throw UsageError(fmt::format("{} replays {} with seed {}; to replay {}, take another seed", place.address.shown(),
                                   turn_replayed(there.experiment), options.seed, turn_replayed(replay)));
  }
  return open_run({place.experiment, place.store}).experiment;
}

TurnKey key_of(const std::string& turn) {
  TurnKey key;
  if (std::sscanf(turn.c_str(), "m%d.t%d", &key.member, &key.index) != 2)
    throw Error("the replay's specification names the turn " + turn + "; expected one as m3.t7");
  return key;
}

Json score_json(const Experiment& experiment, double score) {
  return std::isfinite(score) ? Json(experiment.objective.metric_value(score)) : Json(nullptr);
}

std::string score_text(const Experiment& experiment, double score) {
  return std::isfinite(score) ? short_number(experiment.objective.metric_value(score)) : "diverged";
}

void report(const OpenRun& run, const Location& place, const Experiment& replay, const ReplayOptions& options) {
  const TurnPointer original = run.reader->turn(key_of(turn_replayed(replay)));
  const TurnPointer end = open_run({place.experiment, place.store}).reader->population().members.at(0).last;
  if (!original || !end)
    throw Error(fmt::format("{} holds no replay of {}", place.address.shown(), run.location.experiment));
  const std::string folder = checkpoint_place(place, replay, end->checkpoint);
  if (options.json) {
    const Json json = {{"experiment", run.location.experiment},
                       {"member", original->key.member},
                       {"turn", original->key.index},
                       {"metric", replay.objective.metric},
                       {"step", end->to_step},
                       {"seed", options.seed},
                       {"score", score_json(replay, original->score)},
                       {"replay_score", score_json(replay, end->score)},
                       {"replay", place.experiment},
                       {"store", place.store},
                       {"checkpoint", folder}};
    print(json.dump() + "\n");
    return;
  }
  print(fmt::format("{} at step {}: {} by the population ({}), {} by its {} from scratch with seed {}\ncheckpoint {}\n",
                    replay.objective.metric, grouped(end->to_step), score_text(replay, original->score),
                    to_string(original->key), score_text(replay, end->score),
                    options.final_values ? "last values" : "schedule", options.seed, folder));
}

}  // namespace

int command_replay(const ReplayOptions& options, const Strategies& strategies) {
  const OpenRun run = open_run(options.target);
  const Location place = place_of_replay(run.location, options);
  const Experiment replay = begin(run, place, options);
  const int status = work(place, replay, *make_algorithm(replay, strategies), {.workers = 1, .json = options.json});
  if (status == 0) report(run, place, replay, options);
  return status;
}

}  // namespace pbt
