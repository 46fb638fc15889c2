// An experiment file: refused with a UsageError, or it survives writing and reading again and gives an algorithm whose
// decisions stay inside the space.
#include <cmath>

#include "cli/experiment_file.h"
#include "pbt/algorithm.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace pbt;
using fuzz::require;

void check_file(const Experiment& experiment) {
  const std::string file = write_experiment(experiment);
  std::string refused;
  try {
    const Experiment again = read_experiment(file, "written.toml", "/elsewhere");
    const auto changes = compare(experiment, again);
    require(changes.empty(), "an experiment survives its own file", to_string(changes) + "\n" + file);
    require(write_experiment(again) == file, "a file that pbt wrote is written again as it is", file);
  } catch (const UsageError& error) {
    fuzz::broken("a file that pbt wrote can be read", error.what() + ("\n" + file));
  }
}

/// Every member has trained one turn, with scores that differ.
Population trained(const Experiment& experiment, const Algorithm& algorithm) {
  Population population = unborn_population(experiment.population);
  for (Member& member : population.members) {
    Random random{3, static_cast<std::uint64_t>(member.id)};
    auto decision = std::make_shared<Decision>();
    decision->kind = DecisionKind::start;
    decision->member = member.id;
    decision->hyperparameters = algorithm.first(population, member.id, random).hyperparameters;
    validate(experiment.space, decision->hyperparameters, "first hyperparameters");
    pbt::apply(population, decision, [](TurnKey) { return nullptr; });
    auto turn = std::make_shared<Turn>();
    turn->key = {member.id, 1};
    turn->to_step = experiment.interval;
    turn->score = member.id % 3 == 2 ? -INFINITY : member.id * 0.5;
    turn->samples = {turn->score, 1.0, 2.0};
    turn->hyperparameters = decision->hyperparameters;
    turn->sequence = member.id + 1;
    pbt::apply(population, TurnPointer(turn));
    population.history.emplace_back(turn);
  }
  return population;
}

void check_decisions(const Experiment& experiment, const Algorithm& algorithm) {
  const Population population = trained(experiment, algorithm);
  for (const Member& member : population.members) {
    const Decision decision =
        decide(experiment, algorithm, population, {member.id, 1}, /*revision=*/0, population.sequence, /*attempt=*/0);
    if (decision.kind == DecisionKind::stop || decision.kind == DecisionKind::wait) continue;
    validate(experiment.space, decision.hyperparameters, "decided hyperparameters");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text(data, size);
  const auto experiment =
      fuzz::expect_only<UsageError>(2000 + 10 * size, [&] { return read_experiment(text, "file.toml", "/folder"); });
  if (!experiment) return 0;
  check_file(*experiment);
  const auto algorithm = fuzz::expect_only<UsageError>(
      2000 + 10 * size, [&] { return make_algorithm(*experiment, builtin_strategies()); });
  if (!algorithm || experiment->population > 12) return 0;
  (void)fuzz::expect_only<UsageError>(2000 + 10 * size, [&] {
    check_decisions(*experiment, **algorithm);
    return true;
  });
  return 0;
}
