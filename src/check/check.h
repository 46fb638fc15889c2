#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "pbt/checkpoint.h"
#include "pbt/experiment.h"
#include "pbt/trainer.h"

namespace pbt {

enum class Verdict {
  passed,
  warned,   ///< nothing that spoils a run, but worth knowing
  failed,   ///< the trainer breaks its contract
  skipped,  ///< not proved: it does not apply, or what it rests on failed
};

/// What was found out about one clause of the trainer's contract.
struct Finding {
  std::string name;  ///< the clause: "the same seed repeats"
  Verdict verdict = Verdict::passed;
  std::string explanation;  ///< lines: what was seen, what was expected, what to do; empty when there is nothing to say
};

struct CheckOptions {
  std::int64_t steps = 0;  ///< a turn; 0: a tenth of the experiment's interval, at least 1
  /// Relative difference up to which two metrics are the same; 0: the same bits. For trainers whose device does not
  /// repeat.
  double tolerance = 0;
  /// Turns differ in length from run to run: so long after a usual turn would have ended, a long one is in its middle.
  double margin_s = 0.25;
  std::function<void(const Finding&)> listener;  ///< called after each finding
  /// Called as turns go on: which finding is worked on, and how far its turn is ("the same seed repeats", "turn 3, step
  /// 400").
  std::function<void(const std::string& finding, const std::string& where)> progress;
};

/// Proves that a trainer keeps its contract (docs/protocol.md) before compute is spent: plays short turns straight
/// through the Trainer seam, without a record, and compares what they measure. `make_trainer` is called several times;
/// one trainer lives at a time. `scratch` is empty and belongs to this call; it holds a few checkpoints at most. To see
/// what a kill leaves behind, every process below this one that comes while it runs is killed: call it where nothing
/// else starts any. The trainer's own time-outs apply. Throws StorageError when `scratch` fails, UsageError when no
/// hyperparameters can be drawn.
[[nodiscard]] std::vector<Finding> check_trainer(const Experiment& experiment,
                                                 const std::function<std::unique_ptr<Trainer>()>& make_trainer,
                                                 CheckpointStorage& scratch, const CheckOptions& options = {});

}  // namespace pbt
