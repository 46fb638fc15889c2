#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "pbt/experiment.h"

namespace pbt {

using Environment = std::map<std::string, std::string>;

/// What this process may use: only what it was granted, never the whole machine.
struct Granted {
  int cores = 1;                       ///< of the CPU affinity
  std::vector<std::string> gpus;       ///< of CUDA_VISIBLE_DEVICES where it is set, else all of the machine's
  std::uint64_t memory_bytes = 0;      ///< of the machine; 0: unknown
  std::uint64_t gpu_memory_bytes = 0;  ///< of the smallest of `gpus`; 0: unknown
  Environment environment;             ///< this process's own
};

/// Asks the system. The only function here that does.
[[nodiscard]] Granted granted();

/// Why this process cannot train `workers` members of the experiment at the same time; none: it can, as far as is
/// known.
[[nodiscard]] std::optional<std::string> what_is_missing(const Needs& needs, const Granted& granted, int workers);

/// What the trainer of worker `index` (of `workers` on this machine) gets beside this process's own environment: its
/// GPUs in CUDA_VISIBLE_DEVICES, OMP_NUM_THREADS and the like unless the user set them, and [workers] environment.
/// Throws UsageError when the GPUs do not go round.
[[nodiscard]] Environment worker_environment(const Experiment& experiment, const Granted& granted, int index,
                                             int workers);

}  // namespace pbt
