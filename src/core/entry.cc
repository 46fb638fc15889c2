#include "core/entry.h"

namespace pbt {

std::int64_t sequence_of(const Entry& entry) {
  if (const auto* turn = std::get_if<TurnPointer>(&entry)) return (*turn)->sequence;
  if (const auto* decision = std::get_if<DecisionPointer>(&entry)) return (*decision)->sequence;
  return std::get<Failure>(entry).sequence;
}

}  // namespace pbt
