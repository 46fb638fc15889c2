#pragma once

#include <string>
#include <vector>

#include "tests/crash_points/site.h"

/// What must hold, whatever died. Each answers with one sentence a violation.
namespace crash_points {

/// Right after a death, before anything is repaired: the record is whole, all that was acknowledged is in it, nothing
/// that was not asked for is, and every checkpoint that it names reads back whole.
[[nodiscard]] std::vector<std::string> check_record(Site& site);

/// After recovery: the experiment goes on to its end, each turn counted once; then the same of the record, and there
/// are no bytes but those that it names.
[[nodiscard]] std::vector<std::string> finish_and_check(Site& site);

/// A store that was being migrated is at one version or the other; brings it back to the one that the engine knows.
/// `must`: to the newer.
[[nodiscard]] std::vector<std::string> check_migration(Site& site, bool must);

}  // namespace crash_points
