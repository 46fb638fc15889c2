#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "pbt/experiment.h"
#include "tests/crash_points/calls.h"
#include "tests/crash_points/scenarios.h"

namespace crash_points {

struct SweepOptions {
  std::filesystem::path folder;  ///< to work in; on a file system in memory it goes fastest
  Fault fault = Fault::kill;
  bool locks = false;      ///< die at record locks too: what a process does to shared memory lies between them
  int every = 1;           ///< meet each so-manieth call alone, beginning with one that the seed chooses
  int recovery_kills = 0;  ///< runs more, at each crash point, whose recovery is killed too; -1: at each of its calls
  std::uint64_t seed = 1;
  Flaw flaw = Flaw::none;
  long violations_most = 20;  ///< then the sweep ends
};

struct SweepResult {
  std::string scenario;
  pbt::Durability durability = pbt::Durability::power;
  Fault fault = Fault::kill;
  long points = 0;          ///< calls that change something, in what is killed
  long strikes = 0;         ///< runs that were killed, or met an error, at one of them
  long recovery_kills = 0;  ///< recoveries killed
  long disks = 0;           ///< different ones that they left; equal ones are recovered from once
  long refused = 0;         ///< runs that ended with an error of ours
  double seconds = 0;
  std::vector<std::string> violations;
};

/// Meets the scenario with the fault at its first call, its second, and so on until it gets through; checks and
/// recovers each time.
[[nodiscard]] SweepResult sweep(const Scenario& scenario, const SweepOptions& options);

/// "kill", "tear", "no_space", ...
[[nodiscard]] std::string name_of(Fault fault);
[[nodiscard]] std::string name_of(pbt::Durability durability);

}  // namespace crash_points
