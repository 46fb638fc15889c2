#include "tests/simulation/scenario.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tests/simulation/network.h"

namespace pbt::simulation {
namespace {

double log_uniform(Random& random, double low, double high) { return low * std::pow(high / low, random.uniform()); }

Time seconds(double s) { return Time(static_cast<std::int64_t>(s * 1e9)); }

template <typename T>
T one_of(Random& random, std::initializer_list<T> values) {
  return *(values.begin() + static_cast<std::ptrdiff_t>(random.index(values.size())));
}

Space draw_space(Random& random) {
  Space space;
  space.parameters.push_back({.name = "rate", .domain = RealRange{1e-4, 1, Scale::log}});
  if (random.bernoulli(0.5))
    space.parameters.push_back({.name = "discount", .domain = RealRange{0.9, 0.9999, Scale::one_minus_log}});
  if (random.bernoulli(0.5)) space.parameters.push_back({.name = "unroll", .domain = IntegerRange{1, 50}});
  if (random.bernoulli(0.3)) {
    const std::vector<Value> kinds{std::string("sgd"), std::string("adam")};
    space.parameters.push_back({.name = "optimizer", .domain = Choices{kinds}});
    space.parameters.push_back(
        {.name = "momentum", .domain = RealRange{0, 0.9}, .when = Condition{"optimizer", {std::string("sgd")}}});
  }
  if (random.bernoulli(0.3)) {
    space.parameters.push_back({.name = "batch", .domain = IntegerRange{8, 64}});
    space.parameters.push_back({.name = "minibatch", .domain = IntegerRange{1, 64}});
    space.constraints.emplace_back("minibatch <= batch");
  }
  return space;
}

AlgorithmSpec draw_algorithm(Random& random, Space& space, std::int64_t interval) {
  AlgorithmSpec algorithm;
  const double kind = random.uniform();
  if (kind < 0.1) algorithm.type = "random";
  if (kind >= 0.1 && kind < 0.15) algorithm.type = "fixed";
  if (kind >= 0.15 && kind < 0.25) algorithm.type = "halving";
  if (kind >= 0.25 && kind < 0.28) algorithm.type = "bayesian";
  if (algorithm.type != "pbt") return algorithm;
  algorithm.exploit.name = one_of<const char*>(random, {"truncation", "t_test", "binary_tournament", "none"});
  algorithm.explore.name = one_of<const char*>(random, {"perturb", "resample", "none"});
  if (algorithm.exploit.name == "truncation") algorithm.exploit.settings["fraction"] = random.uniform(0.1, 0.5);
  if (random.bernoulli(0.3)) algorithm.settings["burn_in"] = random.integer(1, 3) * interval;
  if (random.bernoulli(0.3)) algorithm.settings["compare"] = std::string("equal_steps");
  if (random.bernoulli(0.3))
    algorithm.settings["copy"] = std::string(one_of<const char*>(random, {"weights", "hyperparameters"}));
  else if (random.bernoulli(0.2))
    space.parameters.push_back({.name = "layers", .domain = IntegerRange{1, 4}, .structural = true});
  return algorithm;
}

Experiment draw_experiment(Random& random, std::uint64_t seed) {
  Experiment experiment;
  experiment.name = "simulated";
  experiment.seed = seed;
  experiment.population = static_cast<int>(log_uniform(random, 1, 33));
  experiment.interval = one_of<std::int64_t>(random, {1, 10, 1000});
  experiment.synchronous = random.bernoulli(0.3);
  experiment.objective = {"score", random.bernoulli(0.8) ? Mode::maximize : Mode::minimize};
  experiment.space = draw_space(random);
  experiment.algorithm = draw_algorithm(random, experiment.space, experiment.interval);
  if (experiment.synchronous && experiment.algorithm.type == "bayesian") experiment.algorithm.type = "random";
  if (experiment.algorithm.type == "fixed")
    for (int member = 0; member < experiment.population; ++member)
      experiment.initial.push_back({sample(experiment.space, random), ""});
  const auto turns = static_cast<std::int64_t>(log_uniform(random, 1, 17));
  experiment.budget.steps = turns * experiment.interval - (random.bernoulli(0.2) ? experiment.interval / 3 : 0);
  if (experiment.algorithm.type == "halving" && experiment.budget.steps <= experiment.interval)
    experiment.algorithm.type = "random";  // there would be no rung
  if (random.bernoulli(0.2)) experiment.budget.total_steps = experiment.budget.steps * experiment.population / 2 + 1;
  if (random.bernoulli(0.1)) experiment.budget.target = static_cast<double>(experiment.budget.steps) * 0.6;
  experiment.failures.max_failures = static_cast<int>(random.integer(1, 4));
  experiment.failures.backoff_s = one_of<double>(random, {0, 1, 30});
  experiment.checkpoints.durability = random.bernoulli(0.5) ? Durability::power : Durability::process;
  experiment.checkpoints.keep_last = static_cast<int>(random.integer(0, 3));
  return experiment;
}

/// What workers go through may not show in a synchronous record; what trainers and people do does.
void leave_workers_faults_alone(Faults& faults) {
  for (double Faults::* fault :
       {&Faults::trainer_crash, &Faults::trainer_hang, &Faults::trainer_lie, &Faults::storage_error,
        &Faults::disk_full_every, &Faults::power_cut_every, &Faults::person_every})
    faults.*fault = 0;
}

}  // namespace

Scenario draw_swarm(std::uint64_t seed) {
  Random random{seed, 0x7377 /* "sw" */};
  Scenario scenario;
  scenario.seed = seed;
  scenario.experiment = draw_experiment(random, seed);
  const double turn_s = log_uniform(random, 1, 3600);
  scenario.faults = draw_faults(random, turn_s);
  scenario.trainer = {.seed = seed,
                      .seconds_a_step = turn_s / static_cast<double>(scenario.experiment.interval),
                      .batch_max = random.bernoulli(0.25) ? static_cast<int>(random.integer(2, 4)) : 1,
                      .resident_max = random.bernoulli(0.5) ? static_cast<int>(random.integer(1, 4)) : 0};
  scenario.processes = static_cast<int>(random.integer(1, 4));
  scenario.workers_a_process = static_cast<int>(random.integer(1, 3));
  // Not so short that a slow member's turn is renewals above all.
  scenario.lease =
      seconds(std::max(one_of<double>(random, {2, 10, 60, 300}), turn_s * std::max(1.0, scenario.faults.slowest) / 50));
  const double turns = static_cast<double>(scenario.experiment.population) *
                       std::ceil(static_cast<double>(scenario.experiment.budget.steps) /
                                 static_cast<double>(scenario.experiment.interval));
  scenario.chaos = seconds(turn_s * turns * log_uniform(random, 0.1, 3));
  scenario.others_survive = random.bernoulli(0.3);
  scenario.sweep_every = one_of(random, {1, 8, 64});
  // Room for what is needed and some more; pins by hand could fill it for good.
  if (scenario.faults.person_every == 0 && random.bernoulli(0.2))
    scenario.experiment.checkpoints.quota_bytes =
        static_cast<std::uint64_t>(scenario.experiment.population) * 6 * sizeof(Network);
  if (scenario.experiment.synchronous && random.bernoulli(0.5)) leave_workers_faults_alone(scenario.faults);
  return scenario;
}

Scenario draw_years(std::uint64_t seed, double days) {
  Random random{seed, 0x7972 /* "yr" */};
  constexpr double turn_s = 600;
  Scenario scenario = draw_swarm(seed);
  Experiment& experiment = scenario.experiment;
  experiment.population = 120;
  experiment.interval = 1000;
  experiment.checkpoints.quota_bytes = 0;
  experiment.failures.max_failures = std::max(experiment.failures.max_failures, 3);
  experiment.synchronous = false;
  experiment.budget = {.steps = static_cast<std::int64_t>(days * 86'400 / turn_s * 100 / experiment.population) *
                                experiment.interval};
  experiment.algorithm = {};
  experiment.space = draw_space(random);
  experiment.algorithm.exploit.name = one_of<const char*>(random, {"truncation", "t_test", "binary_tournament"});
  experiment.algorithm.explore.name = one_of<const char*>(random, {"perturb", "resample"});
  scenario.faults = draw_faults(random, turn_s);
  // In proportion to a hundred workers, else nothing is ever trained; slowness is the mean's, not the slowest's.
  for (const FaultField& field : fault_fields())
    if (field.most < 0) scenario.faults.*field.value *= 2;
  scenario.faults.store_crash /= 20;
  scenario.faults.storage_crash /= 20;
  scenario.faults.store_error /= 20;
  scenario.faults.storage_error /= 20;
  scenario.faults.slowest = 1;
  scenario.faults.join_every = log_uniform(random, 20, 200);  // as a cluster starts again what died
  scenario.trainer = {.seed = seed, .seconds_a_step = turn_s / static_cast<double>(experiment.interval)};
  scenario.processes = 13;
  scenario.workers_a_process = 8;
  scenario.lease = seconds(one_of<double>(random, {60, 120, 300}));
  scenario.chaos = seconds(days * 86'400 * 0.95);
  scenario.healthy_processes = scenario.processes;
  scenario.sweep_every = 4096;
  return scenario;
}

std::string describe(const Scenario& scenario) {
  const Experiment& e = scenario.experiment;
  std::string text = fmt::format(
      "{} members x {} steps, interval {}, {}, {} {}/{}, max_failures {}, keep_last {}, durability {}, {} processes x "
      "{} workers, lease {} s, "
      "batch {}, resident {}",
      e.population, e.budget.steps, e.interval, e.synchronous ? "synchronous" : "asynchronous", e.algorithm.type,
      e.algorithm.exploit.name, e.algorithm.explore.name, e.failures.max_failures, e.checkpoints.keep_last,
      e.checkpoints.durability == Durability::power ? "power" : "process", scenario.processes,
      scenario.workers_a_process, scenario.lease.count() / 1'000'000'000, scenario.trainer.batch_max,
      scenario.trainer.resident_max);
  for (const auto& [name, setting] : e.algorithm.settings) text += fmt::format(", {}", name);
  const Faults none;
  text += "; faults:";
  for (const FaultField& field : fault_fields())
    if (scenario.faults.*field.value != none.*field.value)
      text += fmt::format(" {}={:.3g}", field.name, scenario.faults.*field.value);
  return text;
}

}  // namespace pbt::simulation
