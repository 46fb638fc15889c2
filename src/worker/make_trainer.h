#pragma once

#include <filesystem>
#include <mutex>
#include <vector>

#include "pbt/pool.h"
#include "worker/resources.h"

namespace pbt {

/// How long turns take, so that one that hangs is noticed. Thread-safe.
class TurnTimes {
 public:
  /// `fixed_s`: [trainer] turn_timeout; 0: by what turns took.
  explicit TurnTimes(double fixed_s) : fixed_s_(fixed_s) {}
  void add(double seconds);
  /// Twenty times the median after three turns, at least ten minutes; a day before that.
  [[nodiscard]] double limit_s() const;

 private:
  const double fixed_s_;
  mutable std::mutex mutex_;
  std::vector<double> seconds_;  ///< of the last turns
};

/// Makes session or command trainers as [trainer] says, one a worker, each with its share of this machine. `record`:
/// its record_id(). `logs`: the folder of the log files. `times` must outlive the trainers. Throws UsageError when
/// [trainer] command is empty or names an unknown placeholder.
[[nodiscard]] TrainerFactory trainer_factory(const Experiment& experiment, const std::string& record,
                                             const std::filesystem::path& logs, const Granted& granted, int workers,
                                             const TurnTimes& times);

}  // namespace pbt
