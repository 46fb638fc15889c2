#include "tests/power_loss/shadow.h"

#include <fcntl.h>
#include <unistd.h>

#include <stdexcept>

namespace pbt::power_loss {

namespace fs = std::filesystem;

// Nodes that were there before are numbered in the order of their paths, as Disk does.
Shadow::Shadow(const fs::path& root) : root_(fs::canonical(root)), trace_{read_contents(root_), {}}, entries_(1) {
  for (const auto& [path, bytes] : trace_.before) {
    const fs::path relative(path);
    entries_[static_cast<std::size_t>(walk(relative.parent_path()).value())][relative.filename().string()] =
        static_cast<int>(entries_.size());
    entries_.emplace_back();
  }
}

std::optional<int> Shadow::walk(const fs::path& relative) const {
  int node = 0;
  for (const fs::path& part : relative) {
    if (part.empty() || part == ".") continue;
    const auto& entries = entries_[static_cast<std::size_t>(node)];
    const auto found = entries.find(part.string());
    if (found == entries.end()) return {};
    node = found->second;
  }
  return node;
}

std::optional<Shadow::Place> Shadow::place(int directory, const char* path) const {
  const fs::path given(path);
  if (is_shared_memory(given.string())) return {};
  if (given.is_relative() && directory != AT_FDCWD) {
    const auto folder = node_of(directory);
    return folder ? std::optional(Place{*folder, given.string()}) : std::nullopt;
  }
  const fs::path relative = fs::absolute(given).lexically_normal().lexically_relative(root_);
  if (relative.empty() || *relative.begin() == "..") return {};
  if (relative == ".") return Place{0, "."};
  const auto folder = walk(relative.parent_path());
  return folder ? std::optional(Place{*folder, relative.filename().string()}) : std::nullopt;
}

std::optional<int> Shadow::node_at(const Place& place) const {
  if (place.name == ".") return place.folder;
  const auto& entries = entries_[static_cast<std::size_t>(place.folder)];
  const auto found = entries.find(place.name);
  return found == entries.end() ? std::nullopt : std::optional(found->second);
}

std::optional<int> Shadow::node_of(int descriptor) const {
  const auto found = descriptors_.find(descriptor);
  return found == descriptors_.end() ? std::nullopt : std::optional(found->second);
}

void Shadow::opened(int descriptor, int directory, const char* path, bool truncated) {
  const auto at = place(directory, path);
  closed(descriptor);
  if (!at) return;
  if (!node_at(*at)) {
    entered(*at, false);
  } else if (truncated) {
    note({.kind = Operation::truncate, .node = *node_at(*at), .at = 0});
  }
  descriptors_[descriptor] = *node_at(*at);
}

void Shadow::entered(const Place& place, bool is_folder) {
  const int node = static_cast<int>(entries_.size());
  entries_.emplace_back();
  entries_[static_cast<std::size_t>(place.folder)][place.name] = node;
  note({.kind = Operation::enter, .node = node, .is_folder = is_folder, .folder = place.folder, .name = place.name});
}

void Shadow::linked(const Place& from, const Place& to) {
  const int node = node_at(from).value();
  entries_[static_cast<std::size_t>(to.folder)][to.name] = node;
  note({.kind = Operation::enter, .node = node, .folder = to.folder, .name = to.name});
}

void Shadow::left(const Place& place) {
  entries_[static_cast<std::size_t>(place.folder)].erase(place.name);
  note({.kind = Operation::leave, .folder = place.folder, .name = place.name});
}

void Shadow::moved(const std::optional<Place>& from, const std::optional<Place>& to) {
  if (!from && !to) return;
  if (!from || !to) throw std::logic_error("something was moved over the border of the folder that is watched");
  const int node = node_at(*from).value();
  entries_[static_cast<std::size_t>(from->folder)].erase(from->name);
  entries_[static_cast<std::size_t>(to->folder)][to->name] = node;
  note({.kind = Operation::move,
        .node = node,
        .folder = from->folder,
        .to_folder = to->folder,
        .name = from->name,
        .to_name = to->name});
}

}  // namespace pbt::power_loss
