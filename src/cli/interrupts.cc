#include "cli/interrupts.h"

#include <atomic>
#include <csignal>

namespace pbt {
namespace {

std::atomic<int> interrupt_count{0};
static_assert(std::atomic<int>::is_always_lock_free);

void handle(std::sig_atomic_t) { ++interrupt_count; }

void set(void (*handler)(int)) {
  struct sigaction action{};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaction(signal, &action, nullptr);
}

}  // namespace

Interrupts::Interrupts() {
  interrupt_count = 0;
  set(handle);
}
Interrupts::~Interrupts() { set(SIG_DFL); }
int Interrupts::count() const { return interrupt_count; }

}  // namespace pbt
