#pragma once

#include <string>
#include <vector>

#include "core/nearest.h"
#include "pbt/error.h"

namespace pbt {

/// The entry of a by-name table. Throws UsageError with the nearest name, or all of them; `what`: "[algorithm]
/// exploit".
template <class Table>
[[nodiscard]] const typename Table::mapped_type& lookup(const Table& table, const std::string& name,
                                                        const std::string& what) {
  if (const auto it = table.find(name); it != table.end()) return it->second;
  std::vector<std::string> names;
  std::string all;
  for (const auto& [known, unused] : table) {
    names.push_back(known);
    all += (all.empty() ? "" : ", ") + known;
  }
  const std::string hint = did_you_mean(name, names);
  throw UsageError(what + ": there is no \"" + name + "\"" + (hint.empty() ? "; there are: " + all : hint));
}

}  // namespace pbt
