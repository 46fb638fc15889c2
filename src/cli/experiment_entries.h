#pragma once

#include <string>
#include <vector>

#include "pbt/experiment.h"

namespace pbt {

/// One `key = value` of an experiment file.
struct Entry {
  std::string table;  ///< "" at the top, "workers", "initial 2"
  std::string key;
  std::string value;    ///< as TOML writes it; empty: the key is left out
  std::string comment;  ///< for people
  bool always = false;  ///< written even where it is the default

  /// "workers.count", as errors name it.
  [[nodiscard]] std::string dotted() const { return table.empty() ? key : table + '.' + key; }
};

/// The whole specification, in the order in which a file has it.
[[nodiscard]] std::vector<Entry> entries(const Experiment& experiment);

}  // namespace pbt
