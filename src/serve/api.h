#pragma once

#include "serve/message.h"
#include "serve/site.h"

namespace pbt::serve {

/// Answers what is asked below /api/v1 (docs/openapi.json), /metrics, and for the page's own files. Never throws for
/// what a request or a record holds: problems are answers.
[[nodiscard]] Reply answer(Site& site, const Request& request);

/// The experiments as Prometheus has it (text format 0.0.4).
[[nodiscard]] std::string prometheus_text(Site& site);

/// A file of the page: "/app.js". Null data: there is none of that name, or this build has no dashboard.
struct Asset {
  std::string_view type;
  std::string_view data;
};
[[nodiscard]] Asset asset(std::string_view path);

}  // namespace pbt::serve
