#pragma once

#include "cli/commands.h"
#include "launch/kubernetes.h"
#include "launch/slurm.h"

namespace pbt {

struct LaunchSlurmOptions {
  Target target;         ///< an experiment file, or the name of a recorded experiment
  SlurmJob job;          ///< without what follows from the experiment's place
  std::string form;      ///< the file of a site's own script; empty: ours
  bool dry_run = false;  ///< the script alone: nothing is created or submitted
  bool json = false;
};

struct LaunchKubernetesOptions {
  Target target;
  KubernetesJob job;
  bool dry_run = false;  ///< the experiment is not created
  bool json = false;     ///< the manifest as JSON
};

[[nodiscard]] int command_launch_slurm(const LaunchSlurmOptions& options, const Strategies& strategies);
[[nodiscard]] int command_launch_kubernetes(const LaunchKubernetesOptions& options, const Strategies& strategies);
[[nodiscard]] int command_launch_status(const ControlOptions& options);
[[nodiscard]] int command_launch_stop(const ControlOptions& options);
/// The hidden `pbt launch keep FOLDER` beside every process with --store auto: ends when that says so.
[[nodiscard]] int command_launch_keep(const std::string& folder);

}  // namespace pbt
