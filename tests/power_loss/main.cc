// Cuts the power at every moment of real work and examines what may be found afterwards: README.md.

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <nlohmann/json.hpp>

#include "tests/power_loss/replay.h"

namespace {

namespace fs = std::filesystem;
using namespace pbt::power_loss;
using Json = nlohmann::ordered_json;

struct Options {
  std::string durability = "both", folder;
  int seeds = 1, wal_pages = 40;
  bool whole = false, json = false, synchronous = false, list = false;
  Setting setting;
  ReplayOptions replay;
};

struct Row {
  std::string name;
  Findings found;
  double seconds = 0;
};

/// Where files live in memory: a flush costs nothing there, and what it means is the model's business.
fs::path scratch() {
  std::string name = fs::is_directory("/dev/shm") ? "/dev/shm" : fs::temp_directory_path().string();
  name += "/pbt-power-loss-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a folder like " + name);
  return name;
}

Row run(Options options, const fs::path& folder, pbt::Durability durability, std::uint64_t seed) {
  const auto began = std::chrono::steady_clock::now();
  pbt::SystemFiles files;
  Setting& setting = options.setting;
  setting.root = folder / "disk";
  setting.durability = durability;
  setting.pretrained = folder / "pretrained";
  setting.seed = seed;
  setting.synchronous = options.synchronous;
  setting.files = &files;
  options.replay.plan.seed = seed;
  wal_limit_pages = options.wal_pages;
  const Recorded recorded = record(setting, {}, whole_life);
  Row row;
  row.name = fmt::format("{}, seed {}", durability == pbt::Durability::power ? "power" : "process", seed);
  if (options.list) {
    for (std::size_t i = 0; i < recorded.trace.operations.size(); ++i)
      fmt::print("{} {}\n", i, to_string(recorded.trace.operations[i]));
    return row;
  }
  row.found = replay(setting, recorded, options.replay);
  row.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return row;
}

void print(const std::vector<Row>& rows) {
  fmt::print("{:<18}{:>11}{:>9}{:>8}{:>10}{:>10}{:>12}{:>13}{:>11}{:>12}{:>9}\n", "durability", "operations", "flushes",
             "cuts", "states", "distinct", "lost bytes", "second cuts", "distinct", "violations", "seconds");
  for (const auto& [name, found, seconds] : rows)
    fmt::print("{:<18}{:>11}{:>9}{:>8}{:>10}{:>10}{:>12}{:>13}{:>11}{:>12}{:>9.1f}\n", name, found.operations,
               found.flushes, found.cuts, found.states, found.distinct, found.with_lost_checkpoints, found.second_cuts,
               found.second_states, found.violations.size(), seconds);
}

void print_json(const std::vector<Row>& rows) {
  Json list = Json::array();
  for (const auto& [name, found, seconds] : rows)
    list.push_back({{"name", name},
                    {"operations", found.operations},
                    {"flushes", found.flushes},
                    {"cuts", found.cuts},
                    {"states", found.states},
                    {"distinct", found.distinct},
                    {"with_lost_checkpoints", found.with_lost_checkpoints},
                    {"second_cuts", found.second_cuts},
                    {"second_states", found.second_states},
                    {"violations", found.violations},
                    {"seconds", seconds}});
  fmt::print("{}\n", list.dump(2));
}

Options read(int count, char** arguments) {
  Options options;
  bool is_long = false;
  std::size_t cut = 0;
  CLI::App app(
      "Cuts the power at every moment of real work, and examines every kind of disk that may be found afterwards");
  app.add_option("--durability", options.durability, "power, process or both")
      ->check(CLI::IsMember({"power", "process", "both"}));
  app.add_option("--seed", options.setting.seed, "of the experiment and of what is drawn");
  auto* seeds_option = app.add_option("--seeds", options.seeds, "so many, one after the other");
  app.add_option("--population", options.setting.population);
  app.add_option("--turns", options.setting.turns, "of each member");
  app.add_option("--wal-pages", options.wal_pages,
                 "after which SQLite copies its log into the database; 0: as pbt has it");
  app.add_option("--random", options.replay.plan.random, "drawn subsets of each kind at each cut");
  app.add_option("--window", options.replay.plan.window, "changes that are missing alone, and done alone, at each cut");
  app.add_option("--exhaustive", options.replay.plan.exhaustive_up_to,
                 "pending changes of which every subset is taken");
  app.add_option("--again", options.replay.again_every, "a second cut while every n-th state is recovered from");
  app.add_option("--choice", options.replay.only_choice, "with --cut: this one alone; its disk is kept");
  auto* cut_option = app.add_option("--cut", cut, "after so many operations alone");
  app.add_flag("--every-moment", options.replay.every_moment, "not only before flushes, where most is pending");
  app.add_flag("--synchronous", options.synchronous);
  app.add_flag("--long", is_long, "every moment, three seeds, more subsets, second cuts; hours");
  app.add_flag("--list", options.list, "only what is recorded");
  app.add_flag("--json", options.json);
  try {
    app.parse(count, arguments);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error) == 0 ? 0 : 2);
  }
  if (cut_option->count() > 0) options.replay.only_cut = cut;
  if (is_long) {
    if (seeds_option->count() == 0) options.seeds = 3;
    options.replay.every_moment = true;
    options.replay.plan = {.exhaustive_up_to = 7, .window = 12, .random = 4};
    options.replay.again_every = 200;
    options.replay.progress = true;
  }
  return options;
}

}  // namespace

int main(int count, char** arguments) try {
  const Options options = read(count, arguments);
  const fs::path folder = scratch();
  fs::create_directories(folder / "pretrained/optimizer/momentum");
  pbt::Folder(folder / "pretrained").write("theta", "0.5");
  pbt::Folder(folder / "pretrained/optimizer/momentum").write("0", std::string(5'000, '5'));
  std::vector<Row> rows;
  bool broken = false;
  for (int i = 0; i < options.seeds; ++i)
    for (const auto durability : {pbt::Durability::power, pbt::Durability::process}) {
      if (options.durability != "both" && (options.durability == "power") != (durability == pbt::Durability::power))
        continue;
      rows.push_back(run(options, folder, durability, options.setting.seed + static_cast<std::uint64_t>(i)));
      broken = broken || !rows.back().found.violations.empty();
    }
  if (!options.list) options.json ? print_json(rows) : print(rows);
  for (const auto& [name, found, seconds] : rows)
    for (const std::string& violation : found.violations) fmt::print(stderr, "{}: {}\n", name, violation);
  if (options.replay.only_choice.empty())
    fs::remove_all(folder);
  else
    fmt::print(stderr, "what was found, and was gone on from, is in {}\n", (folder / "disk").string());
  return broken ? 1 : 0;
} catch (const std::exception& error) {
  fmt::print(stderr, "power_loss: {}\n", error.what());
  return 2;
}
