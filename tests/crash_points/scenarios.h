#pragma once

#include <functional>
#include <string>
#include <vector>

#include "store/sqlite_schema.h"
#include "tests/crash_points/site.h"

namespace crash_points {

/// One protocol. Each step is given a fresh Site, in a process of its own.
struct Scenario {
  std::string name;
  std::string what;  ///< is killed at every call
  pbt::Experiment experiment;
  std::function<void(Site&)> set_up;   ///< what went before; not killed
  std::function<void(Site&)> act;      ///< killed
  std::function<void(Site&)> recover;  ///< what the next process does; killed too
};

/// All of them, in the order of the table. `folder`: of every Site that they are given.
[[nodiscard]] std::vector<Scenario> scenarios(pbt::Durability durability, const std::filesystem::path& folder);

/// The schema with two migrations more, which write every member and turn anew.
[[nodiscard]] pbt::sqlite::Schema migrated_schema();

}  // namespace crash_points
