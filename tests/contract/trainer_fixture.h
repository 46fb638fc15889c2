#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "pbt/assignment.h"
#include "tests/support/scratch_folder.h"

namespace pbt {

/// Records progress, and stops as it is told, but not before the trainer is in the middle of the turn.
class TestControl final : public TurnControl {
 public:
  TestControl() = default;
  TestControl(Stop stop, std::filesystem::path log) : stop_(stop), log_(std::move(log)) {}

  void progress(const Assignment& turn, std::int64_t step, const Metrics&) override {
    ids.push_back(turn.id);
    steps.push_back(step);
  }
  Stop stop_requested() override { return stop_ != Stop::no && training() ? stop_ : Stop::no; }

  std::vector<std::string> ids;
  std::vector<std::int64_t> steps;

 private:
  // A command trainer has no other way to say it than what it prints.
  bool training() const {
    if (!steps.empty()) return true;
    std::ifstream file(log_);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    return text.find("\nstep ") != std::string::npos;
  }

  Stop stop_ = Stop::no;
  std::filesystem::path log_;
};

}  // namespace pbt
