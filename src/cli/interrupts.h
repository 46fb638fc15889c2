#pragma once

namespace pbt {

/// Counts interrupts while it lives, instead of dying of them: each SIGINT and SIGHUP of a person; SIGTERM and SIGUSR1,
/// by which schedulers announce the end, together as one, however often they come. SIGUSR2 asks to drain. What lives
/// inside another counts the same ones, and leaves them to it. From one thread.
class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;
  [[nodiscard]] int count() const;
  [[nodiscard]] bool drain() const;  ///< no new turns shall be begun
};

}  // namespace pbt
