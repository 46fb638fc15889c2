#pragma once

#include <cstdint>
#include <variant>

#include "pbt/population.h"

namespace pbt {

/// One entry of the record.
using Entry = std::variant<TurnPointer, DecisionPointer, Failure>;

[[nodiscard]] std::int64_t sequence_of(const Entry& entry);

}  // namespace pbt
