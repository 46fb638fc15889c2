// One decision in a large population, in memory, and the snapshot that a worker takes before it decides.

#include <benchmark/benchmark.h>

#include <memory>
#include <string>

#include "bench/made_up.h"
#include "pbt/algorithm.h"
#include "pbt/experiment.h"
#include "store/memory_store.h"

namespace {

using namespace pbt;

/// Every member has taken one turn.
Population trained(int members) {
  Population population = unborn_population(members);
  Random random{1};
  std::int64_t sequence = 0;
  for (int id = 0; id < members; ++id) {
    Decision start = bench::start_of(id);
    start.sequence = ++sequence;
    apply(population, std::make_shared<const Decision>(start), {});
    Turn turn = bench::next_turn(population.members[static_cast<std::size_t>(id)], random, 1'000);
    turn.sequence = ++sequence;
    const auto pointer = std::make_shared<const Turn>(turn);
    apply(population, pointer);
    apply(population, std::make_shared<const Decision>(bench::proceed_after(turn)), [&](TurnKey) { return pointer; });
  }
  return population;
}

Experiment experiment(const std::string& exploit, int members) {
  Experiment experiment;
  experiment.name = "decide";
  experiment.population = members;
  experiment.interval = 1'000;
  experiment.budget.steps = 1'000'000;
  experiment.objective.metric = "episode_return";
  experiment.space.parameters = {{.name = "learning_rate", .domain = RealRange{1e-5, 1e-1, Scale::log}},
                                 {.name = "entropy", .domain = RealRange{1e-4, 1e-1, Scale::log}},
                                 {.name = "unroll", .domain = IntegerRange{5, 50}},
                                 {.name = "discount", .domain = RealRange{0.9, 0.999, Scale::one_minus_log}},
                                 {.name = "activation", .domain = Choices{{std::string("relu"), std::string("tanh")}}}};
  experiment.algorithm.exploit.name = exploit;
  return experiment;
}

/// Each member in turn, so that those who copy and those who go on count alike.
void decision(benchmark::State& state, const std::string& exploit) {
  const auto members = static_cast<int>(state.range(0));
  const Population population = trained(members);
  const Experiment specification = experiment(exploit, members);
  const auto algorithm = make_algorithm(specification, builtin_strategies());
  int member = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(decide(specification, *algorithm, population, {member, 1}, 0, population.sequence, 0));
    member = (member + 1) % members;
  }
}

void snapshot(benchmark::State& state) {
  const auto members = static_cast<int>(state.range(0));
  const SystemClock clock;
  const auto store = make_memory_store("decide", "", members, clock);
  bench::start_all(*store, members);
  Random random{1};
  FinishTurns turns;
  for (const Lease& lease : store->acquire({.worker = "bench", .count = members}))
    turns.turns.push_back(bench::finished(lease, random, clock.now_ms()));
  bench::expect_committed(store->commit(turns));
  for (auto _ : state) benchmark::DoNotOptimize(store->population());
}

}  // namespace

BENCHMARK_CAPTURE(decision, truncation, "truncation")->Arg(16)->Arg(10'000)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(decision, t_test, "t_test")->Arg(10'000)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(decision, binary_tournament, "binary_tournament")->Arg(10'000)->Unit(benchmark::kMicrosecond);
BENCHMARK(snapshot)->Arg(16)->Arg(10'000)->Unit(benchmark::kMicrosecond);
BENCHMARK_MAIN();
