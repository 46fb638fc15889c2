#include "tests/simulation/fibre.h"

#include <cxxabi.h>
#include <sys/mman.h>

#include <cassert>
#include <cstring>
#include <new>
#include <utility>
#include <vector>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PBT_ADDRESS_SANITIZER 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define PBT_ADDRESS_SANITIZER 1
#endif
#ifdef PBT_ADDRESS_SANITIZER
#include <sanitizer/common_interface_defs.h>
#endif

namespace pbt::simulation {
namespace {

constexpr std::size_t stack_bytes = 512 << 10;  // touched page by page, so that an unused one costs next to nothing

Fibre* current = nullptr;

/// Stacks are used again: mapping one costs more than a turn of an experiment.
std::vector<char*>& idle_stacks() {
  static std::vector<char*> stacks;
  return stacks;
}

char* take_stack() {
  auto& idle = idle_stacks();
  if (!idle.empty()) {
    char* stack = idle.back();
    idle.pop_back();
    return stack;
  }
  void* stack =
      ::mmap(nullptr, stack_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (stack == MAP_FAILED) throw std::bad_alloc();
  return static_cast<char*>(stack);
}

}  // namespace

Fibre::Fibre(std::function<void()> body) : body_(std::move(body)), stack_(take_stack()) {
  ::getcontext(&inside_);
  inside_.uc_stack.ss_sp = stack_;
  inside_.uc_stack.ss_size = stack_bytes;
  inside_.uc_link = nullptr;
  ::makecontext(&inside_, &Fibre::enter, 0);
}

Fibre::~Fibre() {
  assert(ended_);
  idle_stacks().push_back(stack_);
}

void Fibre::enter() {
  Fibre& self = *current;
#ifdef PBT_ADDRESS_SANITIZER
  __sanitizer_finish_switch_fiber(nullptr, &self.outside_stack_, &self.outside_size_);
#endif
  try {
    self.body_();
  } catch (...) {
    self.error_ = std::current_exception();
  }
  self.body_ = nullptr;
  self.ended_ = true;
  self.switch_out(/*for_good=*/true);
}

void Fibre::resume() {
  assert(current == nullptr && !ended_);
  current = this;
  switch_in();
  current = nullptr;
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
}

void Fibre::suspend() {
  assert(current != nullptr);
  current->switch_out(/*for_good=*/false);
}

void Fibre::switch_in() {
  auto* mine = reinterpret_cast<Exceptions*>(abi::__cxa_get_globals());
  const Exceptions before = std::exchange(*mine, exceptions_);
#ifdef PBT_ADDRESS_SANITIZER
  void* fake = nullptr;
  __sanitizer_start_switch_fiber(&fake, stack_, stack_bytes);
#endif
  ::swapcontext(&outside_, &inside_);
#ifdef PBT_ADDRESS_SANITIZER
  __sanitizer_finish_switch_fiber(fake, nullptr, nullptr);
#endif
  exceptions_ = std::exchange(*mine, before);
}

void Fibre::switch_out(bool for_good) {
#ifdef PBT_ADDRESS_SANITIZER
  __sanitizer_start_switch_fiber(for_good ? nullptr : &fake_stack_, outside_stack_, outside_size_);
#else
  (void)for_good;
#endif
  ::swapcontext(&inside_, &outside_);
#ifdef PBT_ADDRESS_SANITIZER
  __sanitizer_finish_switch_fiber(fake_stack_, &outside_stack_, &outside_size_);
#endif
}

}  // namespace pbt::simulation
