#include "cli/locate.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "cli/experiment_file.h"
#include "core/nearest.h"
#include "pbt/error.h"
#include "store/sqlite_store.h"

namespace pbt {
namespace {

namespace fs = std::filesystem;

std::string given_store(const std::string& store) {
  if (!store.empty()) return store;
  const char* environment = std::getenv("PBT_STORE");
  return environment == nullptr ? "" : environment;
}

fs::path database_of(const std::string& store) {
  constexpr std::string_view scheme = "sqlite:";
  if (!store.starts_with(scheme) || store.size() == scheme.size()) {
    throw UsageError(fmt::format("store \"{}\": expected sqlite:PATH, for example sqlite:runs/lander/pbt.db", store));
  }
  return fs::absolute(store.substr(scheme.size())).lexically_normal();
}

/// The names below runs/ that hold a record, sorted.
std::vector<std::string> local_runs() {
  std::vector<std::string> names;
  std::error_code ignored;  // no folder: no runs
  for (const auto& entry : fs::directory_iterator("runs", ignored)) {
    if (fs::is_regular_file(entry.path() / "pbt.db", ignored)) names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> experiments_in_sight(const std::string& store) {
  return store.empty() ? local_runs() : experiments(database_of(store));
}

std::string place(const std::string& store) { return store.empty() ? "runs/" : store; }

bool is_file(const std::string& text) {
  return text.ends_with(".toml") || text.find('/') != std::string::npos || fs::is_regular_file(text);
}

std::string name_of(const Target& target, const std::string& store) {
  if (!target.experiment.empty()) {
    return is_file(target.experiment) ? read_experiment_file(target.experiment).name : target.experiment;
  }
  const std::vector<std::string> names = experiments_in_sight(store);
  if (names.size() == 1) return names.front();
  if (names.empty()) {
    throw UsageError(fmt::format(
        "there is no experiment in {}; start one with `pbt run experiment.toml`, or name its store with --store",
        place(store)));
  }
  throw UsageError(
      fmt::format("which experiment? {} holds {}; name one of them", place(store), fmt::join(names, ", ")));
}

}  // namespace

Location place_of(const std::string& name, const std::string& store) {
  const std::string given = given_store(store);
  Location location;
  location.experiment = name;
  location.store = given.empty() ? fmt::format("sqlite:runs/{}/pbt.db", name) : given;
  location.database = database_of(location.store);
  // A store of one experiment lies in its run folder; one that is shared has a run folder for each beside it.
  const fs::path beside = location.database.parent_path();
  const bool own = location.database.filename() == "pbt.db" && beside.filename() == name;
  location.folder = own ? beside : beside / name;
  return location;
}

Location locate(const Target& target) {
  const std::string store = given_store(target.store);
  const std::string name = name_of(target, store);
  Location location = place_of(name, target.store);
  if (fs::is_regular_file(location.database)) {
    const std::vector<std::string> there = experiments(location.database);
    if (std::find(there.begin(), there.end(), name) != there.end()) return location;
  }
  std::vector<std::string> names;
  if (store.empty() || fs::is_regular_file(location.database)) names = experiments_in_sight(store);
  std::erase(names, name);  // a store that was made, but its run killed before the experiment was in it
  const std::string seen = names.empty() ? "there is none yet" : fmt::format("there is {}", fmt::join(names, ", "));
  throw UsageError(
      fmt::format("there is no experiment \"{}\" in {}{}; {}", name, place(store), did_you_mean(name, names), seen));
}

std::vector<std::string> names_in_sight(const std::string& store) { return experiments_in_sight(given_store(store)); }

OpenRun open_run(const Target& target) {
  OpenRun run;
  run.location = locate(target);
  run.reader = open_sqlite_reader(run.location.database, run.location.experiment);
  run.experiment = read_experiment(run.reader->status().specification, "the specification in " + run.location.store,
                                   fs::current_path());
  return run;
}

std::string checkpoint_folder(const Location& location, const Checkpoint& checkpoint) {
  return (location.checkpoints() / checkpoint.name).string();
}

TurnPointer chosen_turn(const OpenRun& run, const TurnChoice& choice) {
  if (!choice.member) {
    if (choice.turn) throw UsageError("--turn needs --member: turns are counted for each member");
    TurnPointer best = run.reader->population().best;
    if (!best)
      throw Error(fmt::format("{}: no turn is complete yet, so there is no best one", run.location.experiment));
    return best;
  }
  const Population population = run.reader->population();
  if (*choice.member < 0 || *choice.member >= static_cast<int>(population.members.size())) {
    throw UsageError(
        fmt::format("--member {}: expected 0 to {}", *choice.member, static_cast<int>(population.members.size()) - 1));
  }
  const Member& member = population.members[static_cast<std::size_t>(*choice.member)];
  if (member.turns == 0) throw Error(fmt::format("member {} has no turn yet", member.id));
  const int index = choice.turn.value_or(member.turns);
  TurnPointer turn = run.reader->turn({member.id, index});
  if (!turn) throw UsageError(fmt::format("--turn {}: member {} has turns 1 to {}", index, member.id, member.turns));
  return turn;
}

}  // namespace pbt
