#include <thread>

#include "pbt/clock.h"

namespace pbt {

std::int64_t SystemClock::now_ms() const {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

std::chrono::nanoseconds SystemClock::monotonic() const { return std::chrono::steady_clock::now().time_since_epoch(); }

void SystemClock::wait(std::chrono::milliseconds duration) { std::this_thread::sleep_for(duration); }

}  // namespace pbt
