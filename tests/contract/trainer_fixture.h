#pragma once

#include <stdlib.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "pbt/assignment.h"

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

/// A folder of a test's own, removed at its end.
class TestFolder {
 public:
  TestFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "pbt-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::system_error(errno, std::generic_category(), pattern);
    path_ = pattern;
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  ~TestFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace pbt
