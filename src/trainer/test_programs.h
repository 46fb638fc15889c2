#pragma once

#include <fstream>
#include <string>
#include <vector>

#include "trainer/command_trainer.h"
#include "trainer/session_trainer.h"

// The programs that these tests start, as CMake has built them: the guard in place of pbt (PBT_PROGRAM, by ctest's
// environment or here) and the trainer that can do everything wrong.
namespace pbt {

inline const std::string faulty_trainer = PBT_TEST_FAULTY_TRAINER;
inline const int guard_is_set = ::setenv("PBT_PROGRAM", PBT_TEST_GUARD, 1);

inline TrainerSpec spec_of(std::vector<std::string> command, const std::filesystem::path& directory) {
  TrainerSpec spec;
  spec.command = std::move(command);
  spec.directory = directory.string();
  return spec;
}

inline SessionOptions session_options(std::vector<std::string> command, const std::filesystem::path& folder) {
  command.insert(command.begin(), faulty_trainer);
  return {spec_of(std::move(command), folder),
          "experiment",
          "experiment-1",
          "worker",
          {"loss", Mode::minimize},
          folder,
          {}};
}

inline CommandOptions command_options(std::vector<std::string> command, const std::filesystem::path& folder) {
  return {spec_of(std::move(command), folder),
          {"learning_rate", "momentum"},
          "experiment",
          "experiment-1",
          "worker",
          folder,
          {}};
}

inline std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace pbt
