#pragma once

#include <limits>

#include "rl/native.h"

namespace pbt::rl {

/// One leaf of `size` real numbers without bounds of their own.
[[nodiscard]] inline std::vector<Leaf> vector_leaf(std::int64_t size) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  return {{"", {size}, Leaf::Type::real, -infinity, infinity}};
}

/// Row i of the only leaf, from numbers of any type.
template <class... Number>
void write_row(Observations& all, std::size_t i, Number... numbers) {
  float* to = row(all.leaves[0], i, sizeof...(numbers));
  ((*to++ = static_cast<float>(numbers)), ...);
}

}  // namespace pbt::rl
