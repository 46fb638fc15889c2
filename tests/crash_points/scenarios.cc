#include "tests/crash_points/scenarios.h"

#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <stdexcept>

#include "cli/commands.h"
#include "tests/crash_points/flaws.h"

namespace crash_points {
namespace {

namespace fs = std::filesystem;
using pbt::Experiment;

constexpr std::int64_t interval = 10, turns = 4;

/// Member 0 is the worst, the last one the best.
Experiment toy(pbt::Durability durability, int population) {
  Experiment experiment;
  experiment.name = "toy";
  experiment.population = population;
  experiment.interval = interval;
  experiment.budget.steps = turns * interval;
  experiment.objective.metric = "score";
  experiment.trainer.command = {"true"};  // only the specification's text wants one
  experiment.trainer.directory = "/";
  experiment.trainer.kind = pbt::TrainerKind::session;
  experiment.space.parameters = {{.name = "lr", .domain = pbt::RealRange{1e-3, 1, pbt::Scale::log}}};
  experiment.algorithm.exploit.settings["fraction"] = 0.25;
  experiment.checkpoints.durability = durability;
  for (int member = 0; member < population; ++member) experiment.initial.push_back({{{"lr", 0.01 * (member + 1)}}, ""});
  return experiment;
}

Experiment synchronous(Experiment experiment) {
  experiment.synchronous = true;
  return experiment;
}

Experiment giving_up_at_once(Experiment experiment) {
  experiment.failures.max_failures = 1;
  return experiment;
}

void nothing(Site&) {}

void go_on(Site& site) {
  site.take_up();
  (void)site.work_turns(1);
}

std::function<void(Site&)> after_turns(int count) {
  return [count](Site& site) {
    site.take_up();
    (void)site.work_turns(count);
  };
}

/// Opens what a running process has open already, then takes turns.
std::function<void(Site&)> take_turns(int count) {
  return [count](Site& site) { (void)site.work_turns(count); };
}

void take_up(Site& site) { site.take_up(); }

void write_toy(const fs::path& folder, const std::string& theta) {
  fs::create_directories(folder / "optimizer");
  std::ofstream(folder / "optimizer" / "state") << std::string(5'000, '.');
  std::ofstream(folder / "theta") << theta;
}

void lay_out_pretrained(Site& site) {
  write_toy(site.experiment.initial[0].checkpoint, "5");
  site.take_up();
}

/// While one worker trains, its lease expires; another takes the member's turn and records it; then the first one comes
/// back.
void lose_the_lease(Site& site) {
  site.train = [&site](const pbt::Assignment& turn, pbt::TurnControl&) {
    save_first_half(turn);
    site.clock.advance(std::chrono::minutes(2));
    site.train = train_toy;
    (void)site.work_turns(1);
    return save_second_half(turn);
  };
  (void)site.work([](const pbt::Event&) { return true; });
}

void fail_and_replace(Site& site) {
  site.train = [](const pbt::Assignment& turn, pbt::TurnControl&) -> pbt::Report {
    save_first_half(turn);
    throw std::runtime_error("out of paper");
  };
  (void)site.work_turns(1);
}

void end_a_round(Site& site) {
  (void)site.work([](const pbt::Event& event) { return std::holds_alternative<pbt::MembersDecided>(event); });
}

/// What `pbt inject --checkpoint` does to the member that is served next.
void inject(Site& site) {
  pbt::InjectOptions options;
  options.target = {site.experiment.name, "sqlite:" + site.database().string()};
  options.member = 1;
  options.checkpoint = site.run().parent_path() / "better";
  options.json = true;
  if (std::freopen("/dev/null", "w", stdout) == nullptr) throw std::runtime_error("there is no /dev/null");
  (void)pbt::command_inject(options);
}

void lay_out_better(Site& site) {
  write_toy(site.run().parent_path() / "better", "7");
  after_turns(5)(site);
}

/// Everything still stands, one checkpoint is pinned, a dead worker has left bytes staged and published.
void pile_up(Site& site) {
  site.experiment.checkpoints.keep_last = 100;
  after_turns(10)(site);
  site.store().control(pbt::Pin{site.store().turn({1, 1})->checkpoint.name, true});
  for (const char* name : {"m0.t1.f0", "m1.t2.f0"}) site.storage().stage(name).write("theta", "lost");
  (void)site.storage().publish("m1.t2.f0");
}

void collect(Site& site) { site.collect_garbage(); }

void collect_and_go_on(Site& site) {
  site.collect_garbage();
  go_on(site);
}

void spend_a_smaller_budget(Site& site) {
  site.experiment.budget.steps = 2 * interval;
  site.take_up();
  (void)site.work([](const pbt::Event&) { return false; });
}

constexpr const char* kBooks =
    "ALTER TABLE members ADD COLUMN books INTEGER NOT NULL DEFAULT 0;\n"
    "UPDATE members SET books = turns;\n";
constexpr const char* kScores =
    "CREATE TABLE scores (experiment INTEGER NOT NULL, sequence INTEGER NOT NULL, score REAL NOT NULL) STRICT;\n"
    "INSERT INTO scores SELECT experiment, sequence, score FROM turns;\n"
    "CREATE INDEX scores_by_sequence ON scores (experiment, sequence);\n"
    "UPDATE turns SET samples = '[]';\n";

void migrate(Site& site) {
  if (site.flaw() == Flaw::migrated_step_by_step) {
    pbt::sqlite::Connection connection(site.database(), pbt::sqlite::Open::write);
    upgrade_step_by_step(connection, migrated_schema());
  }
  (void)pbt::sqlite::open_database(site.database(), pbt::sqlite::Open::write, migrated_schema());
  site.journal().acknowledged("migration");
}

/// A commit whose pages make the write-ahead log long enough to be written back into the database.
void fill_the_log(Site& site) {
  after_turns(5)(site);
  const fs::path log = site.database().string() + "-wal";
  constexpr std::uintmax_t frames = 4000, frame = 4096 + 24;
  for (int i = 0; fs::file_size(log) < (frames - 12) * frame; ++i)
    site.store().control(
        pbt::SetState{pbt::RunState::running, std::string(static_cast<std::size_t>(9'000 + i % 2), '.')});
  _exit(0);  // whoever closes the database writes the log back; who dies does not
}

}  // namespace

pbt::sqlite::Schema migrated_schema() {
  static const std::vector<const char*> schema = [] {
    const pbt::sqlite::Schema ours = pbt::sqlite::newest_schema();
    std::vector<const char*> longer(ours.begin(), ours.end());
    longer.insert(longer.end(), {kBooks, kScores});
    return longer;
  }();
  return schema;
}

std::vector<Scenario> scenarios(pbt::Durability durability, const fs::path& folder) {
  const Experiment four = toy(durability, 4), two = toy(durability, 2);
  Experiment pretrained = four;
  pretrained.initial[0].checkpoint = folder / "pretrained";
  return {
      {"creation", "a store and an experiment are made", four, nothing, take_up, go_on},
      {"migration", "a store is brought up by two versions", four, after_turns(7), migrate, migrate},
      {"start", "pretrained weights are imported, a member is started", pretrained, lay_out_pretrained, take_turns(1),
       go_on},
      {"inject", "weights are injected into a member by hand", four, lay_out_better, inject, go_on},
      {"turn", "a member is trained and goes on", four, after_turns(5), take_turns(1), go_on},
      {"copy", "a member copies another, and trains from its weights", two, after_turns(2), take_turns(3), go_on},
      {"takeover", "a worker comes back when its turn was taken by another", four, after_turns(5), lose_the_lease,
       go_on},
      {"failure", "a turn fails, the member is replaced", giving_up_at_once(four), after_turns(5), fail_and_replace,
       go_on},
      {"round", "the last turn of a synchronous round, and its decisions", synchronous(four), after_turns(3),
       end_a_round, go_on},
      {"garbage", "checkpoints are collected, orphans removed", four, pile_up, collect, collect_and_go_on},
      {"resume", "an experiment that is done goes on under a larger budget", four, spend_a_smaller_budget, take_up,
       go_on},
      {"log", "a turn during which the write-ahead log is written back", four, fill_the_log, take_turns(1), go_on},
  };
}

}  // namespace crash_points
