#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "pbt/experiment.h"
#include "pbt/trainer.h"

namespace pbt {

struct SessionOptions {
  TrainerSpec trainer;     ///< command, directory, environment (the worker's own already merged in), time-outs
  std::string experiment;  ///< its name
  std::string record;      ///< record_id()
  std::string worker;      ///< its name, unique in the experiment
  Objective objective;
  std::filesystem::path logs;  ///< folder; the trainer's output goes to member-<n>.log while a turn of that member
                               ///< runs, else to worker-<name>.log
  /// Seconds for the next batch, asked for as it begins; 0: no limit. Empty: trainer.turn_timeout_s.
  std::function<double()> turn_timeout_s;
};

/// A trainer that is a process of its own and speaks docs/protocol.md. It is started when it is first needed, and again
/// after it was killed or has ended; what keeps it from starting is a failure of the turns that were asked for. Ended
/// with all its processes by the destructor.
[[nodiscard]] std::unique_ptr<Trainer> make_session_trainer(SessionOptions options);

}  // namespace pbt
