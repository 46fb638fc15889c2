#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "pbt/experiment.h"
#include "pbt/trainer.h"
#include "trainer/command_template.h"

namespace pbt {

struct CommandOptions {
  TrainerSpec
      trainer;  ///< command with placeholders, directory, environment (the worker's own already merged in), time-outs
  std::vector<std::string> hyperparameters;  ///< names of the search space
  std::string experiment;                    ///< its name
  std::string record;                        ///< record_id()
  std::string worker;                        ///< its name, unique in the experiment
  std::filesystem::path logs;                ///< folder; a turn's output goes to member-<n>.log
  /// Seconds for the next turn, asked for as it begins; 0: no limit. Empty: trainer.turn_timeout_s.
  std::function<double()> turn_timeout_s;
};

/// A trainer that is started once a turn. Placeholders: {load} (empty at first), {save}, {steps}, {from_step}, {seed},
/// {result}, {member}, {index}, and every hyperparameter's name (empty where its `when` leaves it out). What it reports
/// is in the file {result}, or else the last line of its standard output that is a JSON object (command_result.h);
/// without a step in it, it counts as exactly the steps asked. Asked to stop and save, the command gets SIGTERM and
/// cancel_timeout_s; what it then reports, with a step, is taken. Throws UsageError on an unknown placeholder and on a
/// command without {save}.
[[nodiscard]] std::unique_ptr<Trainer> make_command_trainer(CommandOptions options);

}  // namespace pbt
