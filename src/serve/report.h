#pragma once

#include <string>

#include "serve/site.h"

namespace pbt::serve {

/// A page that shows one experiment, as the dashboard does, with everything in one file: it opens from a disk, without
/// a network. Of long records a sample of the turns; of the best turn's lineage, the details and pictures that fit.
/// Throws Error when this program was built without the dashboard, StoreError.
[[nodiscard]] std::string report_page(FollowedRun& run);

}  // namespace pbt::serve
