#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "pbt/space.h"
#include "pbt/value.h"

namespace pbt {

enum class Mode { maximize, minimize };

struct Objective {
  std::string metric;
  Mode mode = Mode::maximize;

  /// Higher is better; NaN and infinities become -infinity.
  [[nodiscard]] double score(double metric_value) const;
  /// The metric's value again, for people.
  [[nodiscard]] double metric_value(double score) const { return mode == Mode::maximize ? score : -score; }
};

/// One option of a strategy, as the experiment file gives it.
using Setting = std::variant<bool, std::int64_t, double, std::string, std::vector<double>>;
using Settings = std::map<std::string, Setting, std::less<>>;

/// A strategy by name, with its options: { strategy = "truncation", fraction = 0.2 }
struct StrategySpec {
  std::string name;
  Settings settings;
};

struct AlgorithmSpec {
  std::string type = "pbt";
  Settings settings;  ///< burn_in, copy, compare; or a plug-in's own
  StrategySpec exploit{"truncation", {}};
  StrategySpec explore{"perturb", {}};
};

enum class TrainerKind { automatic, session, command };

struct TrainerSpec {
  std::vector<std::string> command;           ///< empty: trained in process
  TrainerKind kind = TrainerKind::automatic;  ///< automatic: a placeholder in the command makes it a command trainer
  std::string directory;  ///< where it runs, absolute; relative paths of the command are relative to it
  std::map<std::string, std::string> environment;
  double hello_timeout_s = 60;
  double turn_timeout_s = 0;  ///< 0: 20 x the median after three turns, at least 10 minutes
  double cancel_timeout_s = 10;
};

/// How a checkpoint is scored apart from tuning, on seeds or data that training and selection never saw.
struct EvaluationSpec {
  /// With {checkpoint}, a folder, and {seed}; prints a JSON object as its last line. Runs where the trainer does, with
  /// its environment. Empty: there is no such program.
  std::vector<std::string> command;
  std::string metric;  ///< of that object; empty: the objective's
  double timeout_s = 3600;
};

/// Hyperparameters given by hand for one member; what they leave out is drawn.
struct InitialMember {
  Hyperparameters hyperparameters;
  std::string checkpoint;  ///< a folder to start from, absolute; empty: fresh weights
};

struct Budget {
  std::int64_t steps = 0;        ///< each member's own; > 0
  std::int64_t total_steps = 0;  ///< of all members together, failed ones included; 0: no limit
  double wall_clock_s = 0;       ///< of time in which the experiment was training; 0: no limit
  std::optional<double> target;  ///< of the objective's metric: reached by any complete turn, the experiment is done
};

struct FailureLimits {
  int max_failures = 3;  ///< of one turn in a row; then the algorithm replaces the member
  double backoff_s = 1;  ///< before the first retry; doubles, up to backoff_max_s
  double backoff_max_s = 60;
};

enum class Durability { power, process };

struct CheckpointSpec {
  /// Where the bytes are: a folder, absolute; "database", that of the record; "s3://bucket/prefix". Empty: checkpoints/
  /// in the run folder.
  std::string storage;
  bool scratch = false;  ///< staged below TMPDIR and copied to `storage`, for a folder on a shared file system
  Durability durability = Durability::power;
  int keep_last = 1;              ///< of each member, beside those that are needed
  std::uint64_t quota_bytes = 0;  ///< 0: no limit
  std::int64_t quota_files = 0;   ///< as shared file systems have; 0: no limit
};

/// What a machine must have for each member that it trains at the same time. 0: no matter.
struct Needs {
  int cores = 0;
  std::uint64_t memory_bytes = 0;
  std::uint64_t gpu_memory_bytes = 0;  ///< of each of its GPUs
};

struct WorkersSpec {
  int count = 1;
  double lease_s = 60;
  /// 0: cores / workers, but 1 in a synchronous run, which repeats only with as many threads.
  int threads_per_worker = 0;
  std::vector<std::string> gpus;  ///< ids as CUDA_VISIBLE_DEVICES has them; empty: those granted
  int workers_per_gpu = 1;
  int gpus_per_member = 0;  ///< 0: GPUs are not handed out
  std::map<std::string, std::string> environment;
  Needs needs;
};

/// What is kept beside the record, for other programs to show.
struct LogSpec {
  bool tensorboard = false;  ///< event files in the run's folder, kept up to date while it runs
};

/// The specification of an experiment: everything that the record's turns are a function of, and how to run it.
struct Experiment {
  std::string name;  ///< letters, digits, '.', '_', '-'; not starting with '.' or '-'
  int population = 16;
  std::int64_t interval = 0;  ///< steps a turn
  std::uint64_t seed = 1;
  bool synchronous = false;
  Objective objective;
  TrainerSpec trainer;
  EvaluationSpec evaluation;
  Space space;
  AlgorithmSpec algorithm;
  std::vector<InitialMember> initial;
  Budget budget;
  FailureLimits failures;
  CheckpointSpec checkpoints;
  WorkersSpec workers;
  LogSpec log;
};

/// Throws UsageError with the key, what was expected and what to do.
void validate(const Experiment& experiment);

}  // namespace pbt
