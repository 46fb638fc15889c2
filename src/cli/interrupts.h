#pragma once

namespace pbt {

/// Counts SIGINT, SIGTERM and SIGHUP while it lives, instead of dying of them. One at a time.
class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;
  [[nodiscard]] int count() const;
};

}  // namespace pbt
