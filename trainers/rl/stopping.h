#pragma once

#include "pbt/assignment.h"

namespace pbt::rl {

/// Whether a turn is to end early.
class Stopping {
 public:
  explicit Stopping(TurnControl& control) : control_(control) {}
  /// True once the turn is to be saved as it stands. Throws Abandoned where it is to be given up.
  [[nodiscard]] bool asked() {
    const Stop stop = control_.stop_requested();
    if (stop == Stop::abandon) throw Abandoned{};
    saving_ = saving_ || stop == Stop::save;
    return saving_;
  }

 private:
  TurnControl& control_;
  bool saving_ = false;
};

}  // namespace pbt::rl
