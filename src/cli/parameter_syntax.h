#pragma once

#include <string_view>

#include "pbt/space.h"

namespace pbt {

/// One hyperparameter as `-p` takes it:
///   lr=1e-4..1e-1:log            a range; :log, :one_minus_log, :int, and :int:log together
///   batch=32,64,128              choices; :ordered lets explore move to a neighbour
///   momentum=0.9                 a fixed value
/// A comma in a text is written twice. Throws UsageError that quotes the text, says what is wrong, and shows the
/// grammar.
[[nodiscard]] Parameter parse_parameter(std::string_view text);

}  // namespace pbt
