#pragma once

#include <string>
#include <vector>

#include "check/check.h"

namespace pbt {

/// "ok", "warn", "FAIL", "skip"
[[nodiscard]] std::string mark(Verdict verdict);

/// A line with its mark, the explanation indented below it; ends with a newline.
[[nodiscard]] std::string text_of(const Finding& finding);

/// The last line: how many of each, and what that means for a run.
[[nodiscard]] std::string summary_of(const std::vector<Finding>& findings);

/// A list of {"name", "verdict", "explanation"}, one line. Verdicts: passed, warned, failed, skipped.
[[nodiscard]] std::string json_of(const std::vector<Finding>& findings);

[[nodiscard]] bool any_failed(const std::vector<Finding>& findings);

}  // namespace pbt
