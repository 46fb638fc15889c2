#include "check/rehearsal_control.h"

#include <signal.h>
#include <unistd.h>

#include "trainer/process_table.h"

namespace pbt {
namespace {

/// A trainer is started by the time it is asked for the second time; /proc is slow to read.
constexpr int looks_for_processes = 3;

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

RehearsalControl::RehearsalControl(Interruption* interruption, double delay_s, const std::set<pid_t>& strangers,
                                   std::function<void(std::int64_t)> tell)
    : interruption_(interruption), delay_s_(delay_s), strangers_(strangers), tell_(std::move(tell)) {}

void RehearsalControl::progress(const Assignment&, std::int64_t step, const Metrics&) {
  in_the_middle_ = true;
  tell_(step);
}

Stop RehearsalControl::stop_requested() {
  ++asked_;
  if (!has_processes_ && asked_ <= looks_for_processes) has_processes_ = !processes().empty();
  if (interruption_ == nullptr) return Stop::no;
  if (!interruption_->happened && (in_the_middle_ || seconds() >= delay_s_)) interrupt();
  if (!interruption_->happened || interruption_->what == Interruption::kill) return Stop::no;
  return interruption_->what == Interruption::save ? Stop::save : Stop::abandon;
}

void RehearsalControl::interrupt() {
  interruption_->happened = true;
  interrupted_ = Clock::now();
  if (interruption_->what != Interruption::kill) return;
  for (const pid_t process : processes()) {
    // One that has ended meanwhile is as dead as it should be.
    static_cast<void>(::kill(process, SIGKILL));
  }
}

std::vector<pid_t> RehearsalControl::processes() const {
  std::vector<pid_t> processes = descendants_of(::getpid());
  std::erase_if(processes, [this](pid_t process) { return strangers_.contains(process); });
  return processes;
}

void RehearsalControl::finish() {
  if (interruption_ != nullptr && interruption_->happened) interruption_->seconds = seconds_since(interrupted_);
}

double RehearsalControl::seconds() const { return seconds_since(began_); }

}  // namespace pbt
