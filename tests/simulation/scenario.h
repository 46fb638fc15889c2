#pragma once

#include <string>

#include "pbt/experiment.h"
#include "tests/simulation/faults.h"
#include "tests/simulation/trainer.h"

namespace pbt::simulation {

/// One simulated experiment: what is trained, by how many, and what goes wrong. A function of its seed, but for what is
/// overridden.
struct Scenario {
  std::uint64_t seed = 1;
  Experiment experiment;
  Faults faults;
  TrainerShape trainer;
  int processes = 2;  ///< at the beginning, and at most at once
  int workers_a_process = 1;
  Time lease{std::chrono::seconds(60)};
  Time chaos{0};  ///< how long things go wrong; from then on one healthy process must bring the experiment to its end
  bool others_survive = false;  ///< whether those that live then stay beside the healthy one
  int sweep_every = 1;          ///< changes of the record between two looks at the whole of it
};

/// A small experiment of mixed shape and options, with a random subset of the faults.
[[nodiscard]] Scenario draw_swarm(std::uint64_t seed);

/// A hundred workers and turns of ten minutes for `days`, with faults at every rate.
[[nodiscard]] Scenario draw_years(std::uint64_t seed, double days);

/// For people: the experiment's options and the faults that are on.
[[nodiscard]] std::string describe(const Scenario& scenario);

}  // namespace pbt::simulation
