#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/power_loss/trace.h"

namespace pbt::power_loss {

/// What the recorded calls are told apart by: paths and descriptors below the root, as numbered nodes. Keeps the
/// operations.
class Shadow {
 public:
  explicit Shadow(const std::filesystem::path& root);

  struct Place {
    int folder = 0;
    std::string name;
  };
  /// Where `path` is, relative to `directory` (a descriptor, or AT_FDCWD); none: not below the root, or shared memory.
  [[nodiscard]] std::optional<Place> place(int directory, const char* path) const;
  [[nodiscard]] std::optional<int> node_at(const Place& place) const;
  [[nodiscard]] std::optional<int> node_of(int descriptor) const;

  void opened(int descriptor, int directory, const char* path, bool truncated);
  void closed(int descriptor) { descriptors_.erase(descriptor); }
  void entered(const Place& place, bool is_folder);
  void linked(const Place& from, const Place& to);
  void left(const Place& place);
  void moved(const std::optional<Place>& from, const std::optional<Place>& to);
  void note(Operation operation) { trace_.operations.push_back(std::move(operation)); }

  [[nodiscard]] const Trace& trace() const { return trace_; }
  [[nodiscard]] const std::filesystem::path& root() const { return root_; }

 private:
  std::optional<int> walk(const std::filesystem::path& relative) const;

  std::filesystem::path root_;
  Trace trace_;
  std::vector<std::map<std::string, int>> entries_;  ///< of each node; none for files
  std::map<int, int> descriptors_;
};

}  // namespace pbt::power_loss
