#pragma once

#include <string>
#include <vector>

#include "pbt/algorithm.h"

namespace pbt {

/// The built-in strategies and those of the libraries (pbt/plugin.h), in order. The libraries stay loaded. Throws
/// UsageError when one cannot be loaded, is no plug-in of this version, or registers a name that is taken.
[[nodiscard]] Strategies load_strategies(const std::vector<std::string>& libraries);

}  // namespace pbt
