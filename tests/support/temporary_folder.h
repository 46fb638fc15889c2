#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "tests/support/scratch_folder.h"

namespace pbt {

/// An empty folder that is the current one while this lives, and is removed with it.
class TemporaryFolder {
 public:
  TemporaryFolder() : before_(std::filesystem::current_path()) {
    std::filesystem::current_path(path());
    unsetenv("PBT_STORE");
  }
  ~TemporaryFolder() { std::filesystem::current_path(before_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return folder_.path(); }

 private:
  std::filesystem::path before_;
  ScratchFolder folder_;
};

}  // namespace pbt
