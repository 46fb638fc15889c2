#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <set>
#include <vector>

#include "check/rehearsal.h"

namespace pbt {

/// The control of one rehearsed turn: tells how far it is, looks for the trainer's processes, and interrupts it in the
/// middle.
class RehearsalControl final : public TurnControl {
 public:
  /// `interruption`: null, or what to do after the trainer's first progress, or `delay_s` seconds if it says none.
  /// `strangers`: processes below this one that are not the trainer's.
  RehearsalControl(Interruption* interruption, double delay_s, const std::set<pid_t>& strangers,
                   std::function<void(std::int64_t step)> tell);

  void progress(const Assignment& turn, std::int64_t step, const Metrics& metrics) override;
  Stop stop_requested() override;

  /// The turn is over.
  void finish();
  [[nodiscard]] double seconds() const;
  [[nodiscard]] bool has_processes() const { return has_processes_; }
  [[nodiscard]] bool was_asked() const { return asked_ > 0; }

 private:
  using Clock = std::chrono::steady_clock;

  void interrupt();
  [[nodiscard]] std::vector<pid_t> processes() const;

  Interruption* interruption_;
  double delay_s_;
  const std::set<pid_t>& strangers_;
  std::function<void(std::int64_t)> tell_;
  Clock::time_point began_ = Clock::now();
  Clock::time_point interrupted_;
  bool in_the_middle_ = false;
  bool has_processes_ = false;
  int asked_ = 0;
};

}  // namespace pbt
