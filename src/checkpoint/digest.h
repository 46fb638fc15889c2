#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "pbt/turn.h"

namespace pbt {

/// Sums up the files of a checkpoint: sizes added, and one XXH3-128 over the sorted list of names, sizes and content
/// hashes.
class Digest {
 public:
  /// `file`: relative path with forward slashes.
  void add(std::string file, std::string_view bytes);
  /// The same for what is in a file, read in pieces. Throws std::system_error.
  void add_file(const std::string& file, const std::filesystem::path& path);
  [[nodiscard]] Checkpoint finish(std::string name) const;
  [[nodiscard]] bool empty() const { return lines_.empty(); }

 private:
  std::map<std::string, std::string> lines_;
  std::uint64_t bytes_ = 0;
};

}  // namespace pbt
