#pragma once

#include <ucontext.h>

#include <exception>
#include <functional>
#include <memory>

namespace pbt::simulation {

/// A thread of control with a stack of its own that runs only when it is resumed, until it suspends itself: hundreds of
/// workers share one thread, and the order in which they run is the simulation's choice. One thread for all.
class Fibre {
 public:
  explicit Fibre(std::function<void()> body);
  Fibre(const Fibre&) = delete;
  Fibre& operator=(const Fibre&) = delete;
  ~Fibre();  ///< it must have ended

  /// Runs it until it suspends itself or ends. Not from inside a fibre. Rethrows what its body threw.
  void resume();
  [[nodiscard]] bool ended() const { return ended_; }
  /// From inside a fibre: goes on in whoever resumed it.
  static void suspend();

 private:
  /// What the C++ runtime keeps a thread, and a fibre must keep for itself: it may suspend while it handles an
  /// exception.
  struct Exceptions {
    void* caught = nullptr;
    unsigned int uncaught = 0;
  };

  static void enter();
  void switch_in();
  void switch_out(bool for_good);

  std::function<void()> body_;
  char* stack_;
  ucontext_t inside_{}, outside_{};
  Exceptions exceptions_;
  std::exception_ptr error_;
  bool ended_ = false;
  // For the address sanitizer, which must know whose stack is in use:
  void* fake_stack_ = nullptr;
  const void* outside_stack_ = nullptr;
  std::size_t outside_size_ = 0;
};

}  // namespace pbt::simulation
