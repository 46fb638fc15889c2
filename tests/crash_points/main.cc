#include <fmt/format.h>
#include <stdlib.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/crash_points/sweep.h"

namespace crash_points {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using pbt::Durability;

constexpr const char* kAbout =
    "Kills each protocol of pbt at every system call that changes a file, recovers, and holds the record against its "
    "rules.\n"
    "Exit status 0: nothing was found. 1: something was, and is printed.";

struct Options {
  std::vector<std::string> protocols, faults = {"kill"}, durabilities = {"power", "process"};
  int every = 1, recovery_kills = 0;
  bool all = false, locks = false, flaws = false;
  std::uint64_t seed = 1;
  std::string json;
};

struct FlawToFind {
  Flaw flaw;
  const char* what;
  const char* protocol;  ///< where it must show
};

constexpr FlawToFind kFlaws[] = {
    {Flaw::recorded_before_published, "recorded before the bytes have their name", "turn"},
    {Flaw::acknowledged_before_committed, "acknowledged before it is committed", "turn"},
    {Flaw::removed_before_marked, "bytes removed before the record says so", "garbage"},
    {Flaw::decided_in_a_second_commit, "a turn and its decision in two commits", "turn"},
    {Flaw::orphans_left, "nobody removes what the dead left", "turn"},
    {Flaw::migrated_step_by_step, "a migration without a transaction", "migration"},
    {Flaw::made_in_place, "a database under its name before it is whole", "creation"},
};

Fault fault_named(const std::string& name) {
  for (const Fault fault : {Fault::kill, Fault::tear, Fault::no_space, Fault::no_space_ever, Fault::io_error})
    if (name_of(fault) == name) return fault;
  throw std::invalid_argument("there is no fault \"" + name + "\"");
}

bool wanted(const std::string& name, const std::vector<std::string>& names) {
  return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
}

/// True when each flaw was found.
bool find_flaws(const fs::path& folder) {
  bool all = true;
  for (const FlawToFind& wrong : kFlaws)
    for (const Scenario& scenario : scenarios(Durability::power, folder / "work")) {
      if (scenario.name != wrong.protocol) continue;
      const SweepResult result = sweep(scenario, {.folder = folder, .flaw = wrong.flaw, .violations_most = 1});
      const bool found = !result.violations.empty();
      all = all && found;
      fmt::print("{}: {}\n", wrong.what, found ? "found: " + result.violations.front() : "NOT FOUND");
    }
  return all;
}

std::vector<SweepResult> run_all(const Options& options, const fs::path& folder) {
  std::vector<SweepResult> results;
  const SweepOptions base{.folder = folder,
                          .locks = options.locks,
                          .every = options.every,
                          .recovery_kills = options.all ? -1 : options.recovery_kills,
                          .seed = options.seed};
  for (const std::string& fault : options.faults)
    for (const Durability durability : {Durability::power, Durability::process}) {
      if (!wanted(name_of(durability), options.durabilities)) continue;
      for (const Scenario& scenario : scenarios(durability, folder / "work")) {
        if (!wanted(scenario.name, options.protocols)) continue;
        SweepOptions chosen = base;
        chosen.fault = fault_named(fault);
        results.push_back(sweep(scenario, chosen));
        const SweepResult& last = results.back();
        fmt::print("{:<11}{:<9}{:<15}{:>7}{:>9}{:>16}{:>8}{:>9}{:>12}{:>9.1f}\n", last.scenario, name_of(durability),
                   fault, last.points, last.strikes, last.recovery_kills, last.disks, last.refused,
                   last.violations.size(), last.seconds);
        for (const std::string& violation : last.violations) fmt::print("{}\n", violation);
        std::fflush(stdout);
      }
    }
  return results;
}

Json to_json(const std::vector<SweepResult>& results) {
  Json list = Json::array();
  for (const SweepResult& result : results)
    list.push_back({{"protocol", result.scenario},
                    {"durability", name_of(result.durability)},
                    {"fault", name_of(result.fault)},
                    {"points", result.points},
                    {"strikes", result.strikes},
                    {"recovery_kills", result.recovery_kills},
                    {"disks", result.disks},
                    {"refused", result.refused},
                    {"seconds", result.seconds},
                    {"violations", result.violations}});
  return list;
}

/// Sums up; the exit status.
int conclude(const std::vector<SweepResult>& results, const Options& options) {
  SweepResult sum;
  std::size_t violations = 0;
  for (const SweepResult& result : results) {
    sum.points += result.points;
    sum.strikes += result.strikes;
    sum.recovery_kills += result.recovery_kills;
    sum.disks += result.disks;
    sum.refused += result.refused;
    sum.seconds += result.seconds;
    violations += result.violations.size();
  }
  fmt::print("{:<35}{:>7}{:>9}{:>16}{:>8}{:>9}{:>12}{:>9.1f}\n", "together", sum.points, sum.strikes,
             sum.recovery_kills, sum.disks, sum.refused, violations, sum.seconds);
  if (!options.json.empty()) std::ofstream(options.json) << to_json(results).dump(2) << "\n";
  return violations == 0 ? 0 : 1;
}

int run(const Options& options) {
  const fs::path memory = "/dev/shm";
  std::string folder = ((fs::exists(memory) ? memory : fs::temp_directory_path()) / "pbt-crash-points-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) throw std::runtime_error("no temporary folder: " + folder);
  int status = 0;
  if (options.flaws) {
    status = find_flaws(folder) ? 0 : 1;
  } else {
    fmt::print("{:<11}{:<9}{:<15}{:>7}{:>9}{:>16}{:>8}{:>9}{:>12}{:>9}\n", "protocol", "durable", "fault", "points",
               "strikes", "recovery kills", "disks", "refused", "violations", "seconds");
    status = conclude(run_all(options, folder), options);
  }
  fs::remove_all(folder);
  return status;
}

}  // namespace
}  // namespace crash_points

int main(int argc, char** argv) {
  crash_points::Options options;
  CLI::App app{crash_points::kAbout};
  app.add_option("--protocol", options.protocols, "these alone (turn, copy, takeover, ...)");
  app.add_option("--fault", options.faults, "kill (the default), tear, no_space, no_space_ever, io_error");
  app.add_option("--durability", options.durabilities, "power, process; both unless said");
  app.add_option("--recovery-kills", options.recovery_kills,
                 "runs, for each crash point, whose recovery is killed too");
  app.add_flag("--long", options.all, "recovery is killed at each of its calls");
  app.add_flag("--locks", options.locks, "die at record locks too, between which shared memory changes");
  app.add_option("--every", options.every, "meet each so-manieth call alone")->check(CLI::PositiveNumber);
  app.add_flag("--flaws", options.flaws, "do the protocols wrongly, and find that out");
  app.add_option("--seed", options.seed, "chooses where recovery is killed, and what --every begins with");
  app.add_option("--json", options.json, "a file for the table");
  CLI11_PARSE(app, argc, argv);
  try {
    return crash_points::run(options);
  } catch (const std::exception& error) {
    fmt::print(stderr, "crash_points: {}\n", error.what());
    return 2;
  }
}
