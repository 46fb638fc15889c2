#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "cli/experiment_entries.h"
#include "cli/experiment_file.h"

namespace pbt {
namespace {

const Entry* find(const std::vector<Entry>& list, const Entry& wanted) {
  const auto it = std::find_if(list.begin(), list.end(),
                               [&](const Entry& e) { return e.table == wanted.table && e.key == wanted.key; });
  return it == list.end() ? nullptr : &*it;
}

std::string header(const std::string& table) {
  return table.starts_with("initial ") ? "\n[[initial]]\n" : fmt::format("\n[{}]\n", table);
}

/// Keys that may change once an experiment has begun: they say how it is run, not what its turns are a function of.
bool may_change(const Entry& entry, bool synchronous) {
  if (entry.dotted() == "checkpoints.storage") return false;  // the bytes of the turns so far are there
  constexpr std::array tables{"evaluation", "budget", "failures", "checkpoints", "log"};
  if (std::find(tables.begin(), tables.end(), entry.table) != tables.end()) return true;
  // The number of threads can change the last bits of a sum, and a synchronous run promises those.
  if (entry.table == "workers.needs") return true;
  if (entry.table == "workers") return entry.key != "threads_per_worker" || !synchronous;
  if (entry.table == "trainer") return entry.key != "command" && entry.key != "kind";
  return entry.table.empty() && entry.key == "steps";
}

}  // namespace

std::string write_experiment(const Experiment& experiment) {
  const std::vector<Entry> defaults = entries(Experiment{});
  std::string text;
  std::string table;
  std::string pending_header;
  for (const Entry& entry : entries(experiment)) {
    if (entry.table != table) {
      table = entry.table;
      // An [[initial]] row counts even when it is empty: it is one drawn member.
      pending_header = header(table);
    }
    const Entry* usual = find(defaults, entry);
    if (!entry.always && usual != nullptr && usual->value == entry.value) continue;
    text += pending_header;
    pending_header.clear();
    if (entry.value.empty()) continue;
    const std::string line = fmt::format("{} = {}", entry.key, entry.value);
    text += entry.comment.empty() ? line + '\n' : fmt::format("{:<32}  # {}\n", line, entry.comment);
  }
  return text;
}

std::vector<Change> compare(const Experiment& before, const Experiment& after) {
  const std::vector<Entry> old_entries = entries(before);
  const std::vector<Entry> new_entries = entries(after);
  std::vector<Change> changes;
  for (const Entry& entry : old_entries) {
    const Entry* other = find(new_entries, entry);
    const std::string now = other == nullptr ? "" : other->value;
    if (now != entry.value)
      changes.push_back({entry.dotted(), entry.value, now, may_change(entry, before.synchronous)});
  }
  for (const Entry& entry : new_entries) {
    if (find(old_entries, entry) == nullptr && !entry.value.empty()) {
      changes.push_back({entry.dotted(), "", entry.value, may_change(entry, before.synchronous)});
    }
  }
  return changes;
}

std::vector<Change> forbidden(std::vector<Change> changes) {
  std::erase_if(changes, [](const Change& change) { return change.allowed; });
  return changes;
}

std::string to_string(const std::vector<Change>& changes) {
  std::string text;
  for (const Change& change : changes) {
    text += fmt::format("{}{}: {} -> {}", text.empty() ? "" : "\n", change.key,
                        change.before.empty() ? "(absent)" : change.before,
                        change.after.empty() ? "(absent)" : change.after);
  }
  return text;
}

}  // namespace pbt
