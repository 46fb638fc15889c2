#include "rl/native.h"

namespace pbt::rl {

Observations observations_for(const Spaces& spaces, std::size_t count) {
  Observations observations;
  for (const Leaf& leaf : spaces.observation) {
    const std::size_t size = count * static_cast<std::size_t>(leaf.size());
    Values& values = observations.leaves.emplace_back();
    if (leaf.type == Leaf::Type::byte) {
      values.bytes.resize(size);
    } else {
      values.reals.resize(size);
    }
  }
  if (spaces.action.masked)
    observations.allowed.resize(count * static_cast<std::size_t>(spaces.action.choice_count()), 1);
  return observations;
}

}  // namespace pbt::rl
