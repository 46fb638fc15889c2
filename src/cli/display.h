#pragma once

#include <chrono>
#include <mutex>
#include <string>

#include "cli/locate.h"
#include "pbt/worker.h"

namespace pbt {

/// Shows how a run goes: a live table on a terminal, a line a turn elsewhere, JSON lines for programs. listen() may be
/// called from any thread, the rest from one.
class Display {
 public:
  Display(const Experiment& experiment, const RunReader& reader, bool json);

  void listen(const Event& event);
  /// Redraws the table when it is due.
  void tick();
  void say_stopping();
  void say_draining();
  /// The last table; it stays on the screen.
  void finish();
  /// How it ended, and what to look at next.
  void summarise(const Location& location, const RunStatus& status);

 private:
  void print_line(const std::string& line);
  void draw();
  void erase();

  const Experiment& experiment_;
  const RunReader& reader_;
  const bool json_;
  const bool live_;
  std::mutex mutex_;
  std::string drawn_{};  ///< the table on the screen; empty: none
  bool said_stopping_ = false, said_draining_ = false;
  std::chrono::steady_clock::time_point last_drawn_{};
};

}  // namespace pbt
