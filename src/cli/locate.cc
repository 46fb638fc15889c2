#include "cli/locate.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "cli/experiment_file.h"
#include "core/nearest.h"
#include "launch/private_postgres.h"
#include "pbt/error.h"
#include "store/postgres.h"
#include "store/postgres_address.h"

namespace pbt {
namespace {

namespace fs = std::filesystem;

// How long a server that is away is waited for at a command's start: one that restarts, and the private one, which may
// be on its way to another machine.
constexpr std::chrono::seconds restart_limit{10}, moving_limit{60};

StoreAddress read_address(const std::string& store) {
  return parse_store_address(store == private_store ? use_private_postgres("runs/postgres") : store);
}

/// Asks a store, again where its server is away.
template <class Ask>
auto patiently(const std::string& store, const Ask& ask) {
  SystemClock clock;
  const auto deadline = clock.monotonic() + (store == private_store ? moving_limit : restart_limit);
  for (;;) {
    try {
      return ask();
    } catch (const postgres::ConnectionLost&) {
      if (clock.monotonic() >= deadline) throw;
    }
    clock.wait(std::chrono::milliseconds(500));
  }
}

std::vector<std::string> experiments_of(const std::string& store) {
  const StoreAddress address = read_address(store);
  return patiently(store, [&address] { return experiments(address, SystemClock()); });
}

std::string given_store(const std::string& store) {
  if (store == private_store) return store;
  if (!store.empty()) {
    if (const StoreAddress address = parse_store_address(store); !address.is_file() && postgres::has_password(store))
      throw UsageError(
          address.shown() +
          ": the password stands on the command line, where everybody on this machine can read it: leave it "
          "to ~/.pgpass or PGPASSWORD, or put the whole address into PBT_STORE");
    return store;
  }
  const char* environment = std::getenv("PBT_STORE");
  return environment == nullptr ? "" : environment;
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
  return store.empty() ? local_runs() : experiments_of(store);
}

/// A store as people may see it.
std::string place(const std::string& store) {
  if (store.empty()) return "runs/";
  const StoreAddress address = read_address(store);
  return address.is_file() ? store : address.shown();
}

bool looks_like_a_file(const std::string& text) {
  return text.ends_with(".toml") || text.find('/') != std::string::npos || fs::is_regular_file(text);
}

std::string wanted_name(const Target& target, const std::string& store) {
  if (!target.experiment.empty()) return name_of(target.experiment);
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

std::string name_of(const std::string& experiment) {
  return looks_like_a_file(experiment) ? read_experiment_file(experiment).name : experiment;
}

Location unopened_place(const std::string& name, const std::string& store) {
  const std::string given = given_store(store);
  Location location;
  location.experiment = name;
  location.store = given.empty() ? fmt::format("sqlite:runs/{}/pbt.db", name) : given;
  if (location.store != private_store) location.address = parse_store_address(location.store);
  if (location.store == private_store || !location.address.is_file()) {
    location.folder = fs::absolute(fs::path("runs") / name);
    return location;
  }
  // A store of one experiment lies in its run folder; one that is shared has a run folder for each beside it.
  const fs::path& database = location.address.file;
  const fs::path beside = database.parent_path();
  const bool own = database.filename() == "pbt.db" && beside.filename() == name;
  location.folder = own ? beside : beside / name;
  return location;
}

Location place_of(const std::string& name, const std::string& store) {
  Location location = unopened_place(name, store);
  if (location.store == private_store) location.address = read_address(location.store);
  return location;
}

std::optional<StoreAddress> given_address(const std::string& store) {
  const std::string given = given_store(store);
  return given.empty() ? std::nullopt : std::optional(parse_store_address(given));
}

bool is_recorded(const Location& location) {
  if (location.address.is_file() && !fs::is_regular_file(location.address.file)) return false;
  const std::vector<std::string> there = experiments_of(location.store);
  return std::ranges::find(there, location.experiment) != there.end();
}

Location locate(const Target& target) {
  const std::string store = given_store(target.store);
  const std::string name = wanted_name(target, store);
  Location location = place_of(name, target.store);
  if (is_recorded(location)) return location;
  std::vector<std::string> names;
  if (store.empty() || !location.address.is_file() || fs::is_regular_file(location.address.file))
    names = experiments_in_sight(store);
  std::erase(names, name);  // a store that was made, but its run killed before the experiment was in it
  const std::string seen = names.empty() ? "there is none yet" : fmt::format("there is {}", fmt::join(names, ", "));
  throw UsageError(
      fmt::format("there is no experiment \"{}\" in {}{}; {}", name, place(store), did_you_mean(name, names), seen));
}

std::vector<std::string> names_in_sight(const std::string& store) { return experiments_in_sight(given_store(store)); }

OpenRun open_run(const Target& target) {
  OpenRun run;
  run.location = locate(target);
  run.clock = std::make_unique<SystemClock>();
  run.reader = open_reader(run.location.address, run.location.experiment, *run.clock);
  const RunStatus status = patiently(run.location.store, [&run] { return run.reader->status(); });
  run.experiment =
      read_experiment(status.specification, "the specification in " + run.location.address.shown(), fs::current_path());
  return run;
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
