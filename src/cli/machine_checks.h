#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace pbt {

/// One look at this machine.
struct MachineCheck {
  enum Verdict { fine, warning, problem };
  std::string name;  ///< for programs: "sqlite", "file_system", "disk", "fsync", "cores", "gpus", "guard"
  Verdict verdict = fine;
  std::string text;  ///< what was found, and what to do about it
};

/// Whether runs below `folder` will go well here. Writes one small file there, and removes it.
[[nodiscard]] std::vector<MachineCheck> check_machine(const std::filesystem::path& folder);

}  // namespace pbt
