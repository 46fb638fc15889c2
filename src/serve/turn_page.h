#pragma once

#include <string>

#include "serve/message.h"
#include "serve/site.h"

namespace pbt::serve {

/// A turn, what was decided after it, the end of the log that its trainer wrote, and the names of its pictures.
[[nodiscard]] std::string turn_page(const FollowedRun& run, const Turn& turn);

/// One of a turn's pictures, its pixels alone; 404 where its checkpoint has none of that name that is a PNG.
[[nodiscard]] Reply turn_image(const FollowedRun& run, const Turn& turn, const std::string& file);

}  // namespace pbt::serve
