#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace pbt::rl {

/// What an agent remembers between steps: tensors whose first dimension is the environments. Empty for bodies without
/// memory.
using Memory = std::vector<at::Tensor>;

/// What a network says of n observations.
struct Output {
  at::Tensor head;    ///< [n, outputs]: logits of all discrete parts, then a mean for each continuous part
  at::Tensor values;  ///< [n]

  // Of a feudal network alone, where the two above are its worker's; undefined otherwise.
  at::Tensor manager_values;  ///< [n]
  at::Tensor goals;           ///< [n, width], of length 1
  at::Tensor latents;         ///< [n, width], the manager's state s; no gradient flows back from it
  at::Tensor intrinsic;       ///< [n], in [-1, 1]: how well the latest goals have been followed, on arriving here
};

}  // namespace pbt::rl
