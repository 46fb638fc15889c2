#include "cli/extended_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "cli/experiment_file.h"
#include "cli/table_reader.h"
#include "pbt/error.h"

namespace pbt {
namespace {

namespace fs = std::filesystem;

constexpr int depth_max = 8;

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || fs::is_directory(path) || !(text << file.rdbuf()))
    throw UsageError(fmt::format("{}: cannot read this experiment file; `pbt init` writes a new one", path.string()));
  return text.str();
}

TomlNode* find(TomlNode::Table& table, const std::string& key) {
  const auto at = std::ranges::find(table, key, &TomlEntry::key);
  return at == table.end() ? nullptr : &at->node;
}

/// Its lines are another file's.
void forget_lines(TomlNode& node) {
  node.line = 0;
  if (auto* table = std::get_if<TomlNode::Table>(&node.value))
    for (TomlEntry& entry : *table) forget_lines(entry.node);
  if (auto* array = std::get_if<TomlNode::Array>(&node.value))
    for (TomlNode& child : *array) forget_lines(child);
}

/// Puts what `below` has and `above` has not into `above`. Leaves, arrays and [algorithm] are one thing each.
void fill(TomlNode::Table& above, const TomlNode::Table& below, bool at_top) {
  for (const TomlEntry& entry : below) {
    TomlNode* own = find(above, entry.key);
    if (own == nullptr) {
      above.push_back(entry);
    } else if (own->table() != nullptr && entry.node.table() != nullptr && !(at_top && entry.key == "algorithm")) {
      fill(std::get<TomlNode::Table>(own->value), *entry.node.table(), /*at_top=*/false);
    }
  }
}

ExperimentTree read(const fs::path& path, int depth) {
  ExperimentTree tree{parse_toml(text_of(path), path.string()), fs::absolute(path).parent_path()};
  auto& table = std::get<TomlNode::Table>(tree.root.value);
  const TomlNode* extends = find(table, "extends");
  if (extends == nullptr) return tree;
  const auto* name = std::get_if<std::string>(&extends->value);
  if (name == nullptr)
    fail_at(path.string(), extends->line, "extends", "expected an experiment file, not " + describe(*extends));
  const fs::path other = tree.directory / *name;
  if (depth == depth_max)
    fail_at(path.string(), extends->line, "extends",
            fmt::format("files extend one another more than {} deep", depth_max));
  std::erase_if(table, [](const TomlEntry& entry) { return entry.key == "extends"; });
  ExperimentTree below = read(other, depth + 1);
  if (depth == 0) (void)read_experiment_file(other);  // its own mistakes are told under its own name
  forget_lines(below.root);
  if (find(table, "trainer") == nullptr) tree.directory = below.directory;
  fill(table, *below.root.table(), /*at_top=*/true);
  return tree;
}

}  // namespace

ExperimentTree read_extended(const fs::path& path) { return read(path, 0); }

}  // namespace pbt
