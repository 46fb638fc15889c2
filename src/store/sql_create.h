#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pbt::sql {

/// Writes the rows of a new experiment, inside the caller's transaction, unless there is one of this name: false.
template <class Connection>
[[nodiscard]] bool create(Connection& connection, const std::string& experiment, const std::string& specification,
                          int population, std::int64_t now_ms);

/// The experiments of a store, sorted.
template <class Connection>
[[nodiscard]] std::vector<std::string> names(Connection& connection);

}  // namespace pbt::sql
