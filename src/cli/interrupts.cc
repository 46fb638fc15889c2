#include "cli/interrupts.h"

#include <atomic>
#include <csignal>

namespace pbt {
namespace {

std::atomic<int> interrupt_count{0};
std::atomic<bool> drain_asked{false};
int alive = 0;
static_assert(std::atomic<int>::is_always_lock_free);

void handle_person(int) { ++interrupt_count; }

// Schedulers say it more than once, to the whole job and to its script, which hands it on: that is not impatience.
void handle_scheduler(int) {
  int none = 0;
  interrupt_count.compare_exchange_strong(none, 1);
}

void handle_drain(int) { drain_asked = true; }

void set(int signal, void (*handler)(int)) {
  struct sigaction action{};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigaction(signal, &action, nullptr);
}

}  // namespace

Interrupts::Interrupts() {
  if (alive++ > 0) return;
  interrupt_count = 0;
  drain_asked = false;
  for (const int signal : {SIGINT, SIGHUP}) set(signal, handle_person);
  for (const int signal : {SIGTERM, SIGUSR1}) set(signal, handle_scheduler);
  set(SIGUSR2, handle_drain);
}
Interrupts::~Interrupts() {
  if (--alive > 0) return;
  for (const int signal : {SIGINT, SIGHUP, SIGTERM, SIGUSR1, SIGUSR2}) set(signal, SIG_DFL);
}
bool Interrupts::drain() const { return drain_asked; }
int Interrupts::count() const { return interrupt_count; }

}  // namespace pbt
