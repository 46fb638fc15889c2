#pragma once

#include <filesystem>

#include "cli/toml_document.h"

namespace pbt {

/// The tree of an experiment file, with that of the file which it `extends` below it.
struct ExperimentTree {
  TomlNode root;                    ///< without `extends`; what comes from the other file has line 0
  std::filesystem::path directory;  ///< absolute: what relative paths are relative to; that of the file with [trainer]
};

/// Reads the file, and the ones that it extends. Tables are merged key by key, but [algorithm] and [[initial]] are
/// taken whole from the file that has them: half of another method's settings fits no method. Throws UsageError where a
/// file cannot be read or extends itself.
[[nodiscard]] ExperimentTree read_extended(const std::filesystem::path& path);

}  // namespace pbt
