#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "pbt/algorithm.h"
#include "tests/simulation/mutation.h"
#include "tests/simulation/scenario.h"
#include "tests/simulation/world.h"

namespace pbt::simulation {

/// What came of a simulated experiment.
struct Verdict {
  std::optional<std::string> violation;  ///< what did not hold; none: all did
  double virtual_s = 0;
  std::int64_t turns = 0;
  std::int64_t decisions_recomputed = 0;
  std::int64_t tasks_run = 0;
  std::uint64_t record = 0;  ///< digest of the record but for workers, fences, times and the order of entries
  std::array<std::int64_t, static_cast<std::size_t>(Happened::count)> happened{};
};

/// Runs it: the real worker loop, algorithms, lease keeping, start-up and garbage collection, on virtual time, with
/// faults; then lets one healthy process bring it to its end; then examines the record, the bytes and what is left
/// over. The same scenario gives the same verdict. `mutation`: what is broken on purpose, to see that it is noticed.
/// `tell`: gets a line for each process that comes or goes and each commit.
[[nodiscard]] Verdict simulate(const Scenario& scenario, Mutation mutation = Mutation::none,
                               std::function<void(const std::string&)> tell = {});

/// For a synchronous scenario whose workers' misfortunes must not show in the record: simulate() and once more without
/// them, and a violation when the two records differ.
[[nodiscard]] Verdict simulate_twice(const Scenario& scenario, Mutation mutation = Mutation::none);

/// Whether simulate_twice() applies: synchronous, no member is rewound by a power cut, nobody interferes by hand.
[[nodiscard]] bool repeats(const Scenario& scenario);

}  // namespace pbt::simulation
