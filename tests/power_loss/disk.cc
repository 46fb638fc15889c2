#include "tests/power_loss/disk.h"

#include <algorithm>
#include <filesystem>
#include <utility>

namespace pbt::power_loss {
namespace {

/// Calls `visit(from, to, atom's place)` for each sector that the write touches.
template <typename Visit>
void for_each_sector(const Operation& write, const Visit& visit) {
  const std::int64_t end = write.at + static_cast<std::int64_t>(write.bytes.size());
  std::size_t place = 0;
  for (std::int64_t from = write.at; from < end; ++place) {
    const std::int64_t to = std::min(end, (from / sector_bytes + 1) * sector_bytes);
    visit(from, to, place);
    from = to;
  }
}

std::size_t sectors_of(const Operation& write) {
  std::size_t count = 0;
  for_each_sector(write, [&](std::int64_t, std::int64_t, std::size_t) { ++count; });
  return count;
}

void put(std::string& bytes, const Operation& write, std::int64_t from, std::int64_t to, Fill fill) {
  if (bytes.size() < static_cast<std::size_t>(to)) bytes.resize(static_cast<std::size_t>(to), static_cast<char>(fill));
  std::copy(write.bytes.begin() + (from - write.at), write.bytes.begin() + (to - write.at), bytes.begin() + from);
}

}  // namespace

Disk::Disk(const Contents& durable) {
  add(/*is_folder=*/true);
  std::map<std::string, int> numbers{{"", 0}};
  for (const auto& [path, bytes] : durable) {
    const std::filesystem::path relative(path);
    const int number = add(!bytes);
    numbers[path] = number;
    node(numbers.at(relative.parent_path().string())).entries[relative.filename().string()] = number;
    if (!bytes) continue;
    node(number).bytes = bytes;
    node(number).size = static_cast<std::int64_t>(bytes->size());
  }
}

int Disk::add(bool is_folder) {
  nodes_.emplace_back().is_folder = is_folder;
  return static_cast<int>(nodes_.size()) - 1;
}

void Disk::change(int folder, const Operation& operation, std::map<std::string, std::optional<int>> names) {
  node(folder).pending.push_back({.number = applied_, .operation = &operation, .names = std::move(names)});
}

void Disk::apply(const Operation& operation) {
  atoms_are_current_ = false;
  switch (operation.kind) {
    case Operation::enter:
      if (operation.node == static_cast<int>(nodes_.size())) add(operation.is_folder);
      change(operation.folder, operation, {{operation.name, operation.node}});
      break;
    case Operation::leave:
      change(operation.folder, operation, {{operation.name, std::nullopt}});
      break;
    case Operation::move:
      if (operation.folder == operation.to_folder) {
        change(operation.folder, operation, {{operation.name, std::nullopt}, {operation.to_name, operation.node}});
      } else {  // one half may be flushed without the other
        change(operation.to_folder, operation, {{operation.to_name, operation.node}});
        change(operation.folder, operation, {{operation.name, std::nullopt}});
      }
      break;
    case Operation::write:
    case Operation::truncate: {
      Node& file = node(operation.node);
      file.pending.push_back({.number = applied_, .operation = &operation, .size_before = file.size});
      const std::int64_t end = operation.at + static_cast<std::int64_t>(operation.bytes.size());
      file.size = operation.kind == Operation::truncate ? operation.at : std::max(file.size, end);
      break;
    }
    case Operation::sync:
      flush(node(operation.node));
      break;
    case Operation::sync_all:
      for (Node& flushed : nodes_) flush(flushed);
      break;
    case Operation::promise:
      break;
  }
  ++applied_;
}

void Disk::flush(Node& flushed) {
  if (flushed.pending.empty()) return;
  const Choice all(atoms().size(), true);
  flushed.bytes = bytes_of(flushed, all, Fill::zeros);
  for (const Pending& pending : flushed.pending)
    for (const auto& [name, number] : pending.names) {
      flushed.entries.erase(name);
      if (number) flushed.entries[name] = *number;
    }
  flushed.pending.clear();
  atoms_are_current_ = false;
}

void Disk::add_atoms(int number, Pending& pending) {
  pending.first_atom = atoms_.size();
  const Operation& operation = *pending.operation;
  const auto atom = [&](Atom::Kind kind) { atoms_.push_back({kind, pending.number, number}); };
  if (node(number).is_folder) {
    atom(Atom::entry);
  } else if (operation.kind == Operation::truncate) {
    atom(Atom::size);
  } else {
    for_each_sector(operation, [&](std::int64_t, std::int64_t, std::size_t) { atom(Atom::data); });
    for_each_sector(operation, [&](std::int64_t, std::int64_t to, std::size_t) {
      if (to > pending.size_before) atom(Atom::size);
    });
  }
}

const std::vector<Atom>& Disk::atoms() {
  if (std::exchange(atoms_are_current_, true)) return atoms_;
  atoms_.clear();
  std::vector<std::pair<int, Pending*>> all;
  for (int number = 0; number < static_cast<int>(nodes_.size()); ++number)
    for (Pending& pending : node(number).pending) all.emplace_back(number, &pending);
  std::ranges::stable_sort(all, {}, [](const auto& one) { return one.second->number; });
  for (const auto& [number, pending] : all) add_atoms(number, *pending);
  return atoms_;
}

std::shared_ptr<const std::string> Disk::bytes_of(const Node& file, const Choice& choice, Fill fill) const {
  if (file.pending.empty() || file.is_folder) return file.bytes;
  std::string bytes = *file.bytes;
  auto size = static_cast<std::int64_t>(bytes.size());
  for (const Pending& pending : file.pending) {
    const Operation& operation = *pending.operation;
    if (operation.kind == Operation::truncate) {
      if (!choice[pending.first_atom]) continue;
      size = operation.at;
      if (static_cast<std::int64_t>(bytes.size()) > size) bytes.resize(static_cast<std::size_t>(size));
      continue;
    }
    std::size_t size_atom = pending.first_atom + sectors_of(operation);
    for_each_sector(operation, [&](std::int64_t from, std::int64_t to, std::size_t place) {
      if (choice[pending.first_atom + place]) put(bytes, operation, from, to, fill);
      if (to > pending.size_before && choice[size_atom++]) size = std::max(size, to);
    });
  }
  bytes.resize(static_cast<std::size_t>(size), static_cast<char>(fill));
  return std::make_shared<const std::string>(std::move(bytes));
}

void Disk::collect(const Node& folder, const std::string& path, const Choice& choice, Fill fill, Contents& into) {
  std::map<std::string, int> entries = folder.entries;
  for (const Pending& pending : folder.pending) {
    if (!choice[pending.first_atom]) continue;
    for (const auto& [name, number] : pending.names) {
      entries.erase(name);
      if (number) entries[name] = *number;
    }
  }
  for (const auto& [name, number] : entries) {
    const Node& found = node(number);
    const std::string below = path.empty() ? name : path + "/" + name;
    into[below] = found.is_folder ? nullptr : bytes_of(found, choice, fill);
    if (found.is_folder) collect(found, below, choice, fill, into);
  }
}

Contents Disk::state(const Choice& choice, Fill fill) {
  (void)atoms();
  Contents contents;
  collect(node(0), "", choice, fill, contents);
  return contents;
}

}  // namespace pbt::power_loss
