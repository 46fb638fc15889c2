// A record of a large population, to look at and to serve: real decisions (truncation, perturb) about members that are
// only simulated. A member's quality grows the faster the nearer its learning rate is to the best one, which falls as
// training goes on; on a clock of its own, 64 workers. Usage: large_population FOLDER [MEMBERS [TURNS A MEMBER]]
// FOLDER: without a record yet; it then holds large/pbt.db, an experiment called "large"

#include <cmath>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "bench/made_up.h"
#include "cli/experiment_file.h"
#include "pbt/algorithm.h"
#include "store/sqlite_store.h"
#include "tests/support/fake_clock.h"

namespace {

using namespace pbt;

constexpr int workers = 64;
constexpr std::int64_t interval = 1'000, turn_ms = 60'000, begin_ms = 1'750'000'000'000;

Experiment experiment(int members, int turns) {
  Experiment experiment;
  experiment.name = "large";
  experiment.population = members;
  experiment.interval = interval;
  experiment.budget.steps = turns * interval;
  experiment.objective.metric = "quality";
  experiment.trainer.directory = "/";
  experiment.space.parameters = {{.name = "learning_rate", .domain = RealRange{1e-5, 1e-1, Scale::log}},
                                 {.name = "entropy", .domain = RealRange{1e-4, 1e-1, Scale::log}},
                                 {.name = "discount", .domain = RealRange{0.9, 0.999, Scale::one_minus_log}},
                                 {.name = "unroll", .domain = IntegerRange{5, 50}}};
  experiment.workers.count = workers;
  return experiment;
}

double real(const Hyperparameters& values, const char* name) { return std::get<double>(*values.find(name)); }

/// `done`: the share of the budget that is spent.
double gain(const Hyperparameters& values, double done) {
  const double off = std::log10(real(values, "learning_rate")) + 2 + 2 * done;
  const double entropy_off = std::log10(real(values, "entropy")) + 2.5;
  return std::exp(-off * off) * (1 - 0.1 * entropy_off * entropy_off);
}

Turn trained(const Lease& lease, const Experiment& experiment, Random& random, std::int64_t now_ms) {
  const Member& member = lease.member;
  Turn turn = bench::next_turn(member, random, now_ms);
  turn.worker = lease.worker;
  turn.hyperparameters = member.next->hyperparameters;
  const double before = member.standing ? member.standing->metrics.at("true_quality") : 0;
  const double done = static_cast<double>(turn.from_step) / static_cast<double>(experiment.budget.steps);
  const double quality = before + gain(turn.hyperparameters, done) * (1 + 0.3 * random.normal());
  turn.score = quality + random.normal();
  turn.samples.clear();
  turn.metrics = {{"quality", turn.score}, {"true_quality", quality}, {"loss", std::exp(-quality / 100)}};
  turn.started_ms = now_ms - turn_ms * workers / experiment.population;
  return turn;
}

/// One turn of every member, a worker's share at a time, each decided on what stands then.
void take_round(Store& store, const Experiment& experiment, const Algorithm& algorithm, FakeClock& clock,
                Random& random) {
  const int share = (experiment.population + workers - 1) / workers;
  for (int worker = 0; worker < workers; ++worker) {
    Population population = store.population();
    FinishTurns commit;
    for (const Lease& lease : store.acquire({.worker = "host-" + std::to_string(worker), .count = share})) {
      const auto turn = std::make_shared<const Turn>(trained(lease, experiment, random, clock.now_ms()));
      apply(population, turn);
      commit.turns.push_back(
          {lease, *turn, decide(experiment, algorithm, population, turn->key, 0, population.sequence, 0)});
    }
    if (!commit.turns.empty()) bench::expect_committed(store.commit(commit));
  }
  clock.advance(std::chrono::milliseconds(turn_ms));
  (void)store.collect(1);
}

void start_all(Store& store, const Experiment& experiment, const Algorithm& algorithm) {
  const std::vector<Lease> leases = store.acquire({.worker = "host-0", .count = experiment.population});
  for (const Lease& lease : leases) {
    const Population population = store.population();
    bench::expect_committed(store.commit(
        StartMember{lease, decide(experiment, algorithm, population, {lease.member.id, 0}, 0, population.sequence, 0),
                    population.starts}));
  }
  bench::expect_committed(store.commit(Release{leases}));
}

}  // namespace

int main(int count, char** arguments) try {
  if (count < 2) throw std::invalid_argument("usage: large_population FOLDER [MEMBERS [TURNS A MEMBER]]");
  const int members = count > 2 ? std::stoi(arguments[2]) : 1'000;
  const int turns = count > 3 ? std::stoi(arguments[3]) : 1'000;
  const Experiment large = experiment(members, turns);
  const auto algorithm = make_algorithm(large, builtin_strategies());
  FakeClock clock;
  clock.advance(std::chrono::milliseconds(begin_ms));
  const std::filesystem::path database = std::filesystem::path(arguments[1]) / "large" / "pbt.db";
  (void)create_experiment(database, large.name, write_experiment(large), members, clock);
  const auto store = open_sqlite_store(database, large.name, Durability::process, clock);
  start_all(*store, large, *algorithm);
  Random random{1};
  for (int round = 0; round < turns; ++round) take_round(*store, large, *algorithm, clock, random);
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "large_population: %s\n", error.what());
  return 1;
}
